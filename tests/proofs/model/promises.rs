//! The promises as the checker takes them.

use std::sync::atomic::Ordering;

use stateright::{Model as _, Property};

use crate::model::judge::{Broken, Event};
use crate::model::protocol::Protocol;
use crate::model::world::{Stage, World};

pub(crate) const OLD_STATE: &str =
    "once a change is answered, no token is counted under the old state";
pub(crate) const OTHER_STATE: &str = "a token is counted under the state that the client is in";
pub(crate) const QUOTA: &str = "no window holds more tokens than the quota";
pub(crate) const REFUSAL: &str = "a request is refused only when state or quota says so";
pub(crate) const CHANGE_BLOCKED: &str = "tokens keep no change from going through";
pub(crate) const WRITE_BLOCKED: &str =
    "a write is turned away only where the gate moved or filled up";
pub(crate) const IN_VAIN: &str =
    "a request does one thing in vain at most until the gate moves again";
pub(crate) const ENDS: &str = "every request and every change ends";

/// What has to hold, and what has to be possible.
pub(crate) fn of(protocol: &Protocol) -> Vec<Property<Protocol>> {
    let mut properties = vec![
        Property::always(OLD_STATE, |_, world| keeps(world, Broken::OldState)),
        Property::always(OTHER_STATE, |_, world| keeps(world, Broken::OtherState)),
        Property::always(QUOTA, |_, world| keeps(world, Broken::Quota)),
        Property::always(REFUSAL, |_, world| keeps(world, Broken::Refusal)),
        Property::always(CHANGE_BLOCKED, |_, world| {
            keeps(world, Broken::ChangeBlocked)
        }),
        Property::always(WRITE_BLOCKED, |_, world| keeps(world, Broken::WriteBlocked)),
        // These two say that every request ends. The first: a request reads, writes and is done,
        // but for one thing in vain each time that the gate has moved; and it moves only when somebody
        // rolls it, which is once a bucket, or changes the client. So no number of tokens keeps a
        // request from its end, and changes do so only as long as each of them goes through.
        Property::always(IN_VAIN, |_, world| keeps(world, Broken::InVain)),
        // The second: nobody is left waiting. The checker looks at this where a path can go no
        // further, and overlooks paths that turn in circles or join others. Here none turns:
        // requests, changes, ticks and disturbances are used up, and between two of those the
        // first property leaves a request a handful of steps. And joining does not matter: once
        // this is true it stays true.
        Property::eventually(ENDS, |protocol: &Protocol, world: &World| {
            let mut scripts = world.administrators.iter().zip(protocol.scripts);
            world.requests_left == 0
                && world.instances.iter().all(|it| it.request.is_none())
                && scripts
                    .all(|(by, script)| by.ended == script.len() && by.stage == Stage::Reading)
        }),
    ];
    properties.extend(protocol.expected.iter().copied().map(possible));
    properties
}

fn keeps(world: &World, promise: Broken) -> bool {
    !world.broken.contains(&promise)
}

fn possible(event: Event) -> Property<Protocol> {
    macro_rules! possible {
        ($($event:ident: $name:literal,)*) => {
            match event {
                $(Event::$event => Property::sometimes($name, |protocol: &Protocol, world: &World| {
                    protocol.shows(world, Event::$event)
                }),)*
            }
        };
    }
    possible! {
        IssuedInOneCall: "a token in one call",
        IssuedWithNewSecret: "a token for a new secret",
        IssuedAfterEnabling: "a token after the client was disabled and enabled",
        IssuedUnderALargerQuota: "a token that the former quota had no room for",
        IssuedByAClockBehind: "a token from an instance whose clock is behind the gate",
        IssuedAfterAnEmptyWindow: "a token when nothing weighs any more",
        Rolled: "a gate that rolls on",
        RefusedByQuota: "a refusal because of the quota",
        RefusedOldSecret: "a refusal because of an old secret",
        RefusedDisabled: "a refusal because the client is disabled",
        RefusedDeleted: "a refusal because the client is gone",
        OldRevisionTurnedAway: "a write that meets another revision",
        OldBucketTurnedAway: "a write that meets another bucket",
        FullBucketTurnedAway: "a write that meets a full bucket",
        ReadAcrossAChange: "a Query that sees an old record and a new gate, or the reverse",
        CountedWithoutToken: "a count that is lost",
        Overtaken: "a change that another one overtakes",
    }
}

impl Protocol {
    /// Whether the world's next step can show the event for the first time.
    fn shows(&self, world: &World, event: Event) -> bool {
        let bit = 1 << event as u32;
        if self.found.load(Ordering::Relaxed) & bit != 0 {
            return false;
        }
        let mut actions = Vec::new();
        self.actions(world, &mut actions);
        let shown = actions
            .iter()
            .any(|action| self.step(world, action).1.shown.contains(&event));
        if shown {
            self.found.fetch_or(bit, Ordering::Relaxed);
        }
        shown
    }
}
