//! The promises as properties for the checker.

use std::sync::atomic::Ordering;

use stateright::{Model as _, Property};

use crate::model::judge::{Event, Violation};
use crate::model::protocol::Protocol;
use crate::model::world::{Stage, World};

pub(crate) const OLD_STATE: &str =
    "after the response to a change, no token is counted under the old state";
pub(crate) const OTHER_STATE: &str = "every token is counted under the current state of the client";
pub(crate) const QUOTA: &str = "no window contains more tokens than the quota";
pub(crate) const REFUSAL: &str = "a request is refused only because of state or quota";
pub(crate) const CHANGE_BLOCKED: &str = "issued tokens do not block a change";
pub(crate) const WRITE_BLOCKED: &str =
    "a write's condition fails only if the gate moved or filled up";
pub(crate) const WASTED_STEP: &str = "a request wastes at most one step until the gate moves again";
pub(crate) const WHOLE: &str =
    "after a change, record and gate have the same revision, or neither exists";
pub(crate) const FALSE_ALARM: &str = "only a damaged client is reported as damaged";
pub(crate) const REMOVED: &str =
    "after the response to its removal, no token is counted for a secret";
pub(crate) const ENDED: &str =
    "a token is counted only for a secret of the client, before its end by the instance's clock";
pub(crate) const FRESH: &str = "a request is refused only after a read";
pub(crate) const RULES: &str = "a change leaves the secrets that the rules name, at most two";
pub(crate) const OVERTAKEN: &str =
    "a new secret is added only to the secrets that its request read first";
pub(crate) const FOREIGN_USE: &str = "a secret has the day of no other secret's last use";
pub(crate) const LOST_USE: &str = "a secret keeps the day of its last use";
pub(crate) const ENDS: &str = "every request and every change ends";

/// The promises, and the events that must be possible.
pub(crate) fn of(protocol: &Protocol) -> Vec<Property<Protocol>> {
    let mut properties = vec![
        Property::always(OLD_STATE, |_, world| keeps(world, Violation::OldState)),
        Property::always(OTHER_STATE, |_, world| keeps(world, Violation::OtherState)),
        Property::always(QUOTA, |_, world| keeps(world, Violation::Quota)),
        Property::always(REFUSAL, |_, world| keeps(world, Violation::Refusal)),
        Property::always(CHANGE_BLOCKED, |_, world| {
            keeps(world, Violation::ChangeBlocked)
        }),
        Property::always(WRITE_BLOCKED, |_, world| {
            keeps(world, Violation::WriteBlocked)
        }),
        Property::always(REMOVED, |_, world| keeps(world, Violation::RemovedSecret)),
        Property::always(ENDED, |_, world| keeps(world, Violation::EndedSecret)),
        Property::always(FRESH, |_, world| keeps(world, Violation::RefusedUnread)),
        Property::always(RULES, |_, world| keeps(world, Violation::SecretRules)),
        Property::always(OVERTAKEN, |_, world| {
            keeps(world, Violation::OvertakenSecrets)
        }),
        Property::always(FOREIGN_USE, |_, world| keeps(world, Violation::ForeignUse)),
        Property::always(LOST_USE, |_, world| keeps(world, Violation::LostUse)),
        Property::always(FALSE_ALARM, |_, world| keeps(world, Violation::FalseAlarm)),
        // It is not a violation, so the checker also explores what follows.
        Property::always(WHOLE, |_, world: &World| {
            world.changes == 0 || world.database.is_whole()
        }),
        // Together, these two properties show that every request ends. The first bounds the steps.
        // A request reads, writes and ends, with at most one wasted step each time that the gate
        // moves, or five if the client is damaged. The gate moves only when a request rolls it, once
        // per bucket, or when a change commits. So issued tokens never delay a request indefinitely;
        // changes do only while each succeeds.
        Property::always(WASTED_STEP, |_, world| keeps(world, Violation::WastedStep)),
        // The second shows that no request or change is left waiting. The checker evaluates it only
        // where a path ends, and skips paths that cycle or join others. No path cycles: requests,
        // changes, ticks and disturbances are finite, and between two of them the first property
        // allows only a few steps. Joins do not matter, because the property stays true once it is.
        Property::eventually(ENDS, |protocol: &Protocol, world: &World| {
            let mut scripts = world.administrators.iter().zip(protocol.scripts);
            world.requests_left == 0
                && world.instances.iter().all(|it| it.request.is_none())
                && scripts.all(|(by, script)| {
                    by.ended == script.len() && by.stage == Stage::Reading(None)
                })
        }),
    ];
    properties.extend(protocol.expected.iter().copied().map(possible));
    properties
}

fn keeps(world: &World, violation: Violation) -> bool {
    !world.violations.contains(&violation)
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
        IssuedInOneCall: "a token issued in one call",
        IssuedWithNewSecret: "a token issued for a new secret",
        IssuedAfterEnabling: "a token issued after the client was disabled and enabled",
        IssuedUnderLargerQuota: "a token issued beyond the previous quota",
        IssuedWithClockBehind: "a token issued by an instance whose clock is behind the gate",
        IssuedAfterEmptyWindow: "a token issued when no earlier token counts",
        Rolled: "a gate that rolls into a later bucket",
        RefusedByQuota: "a refusal because of the quota",
        RefusedOldSecret: "a refusal because of an old secret",
        RefusedDisabled: "a refusal because the client is disabled",
        RefusedDeleted: "a refusal because the client is deleted",
        OldRevisionRejected: "a failed condition on the revision",
        OldBucketRejected: "a failed condition on the bucket",
        FullBucketRejected: "a failed condition on the quota",
        ReadDuringChange: "a Query that returns an old record and a new gate, or the reverse",
        CountedWithoutToken: "a counted token that is not issued",
        ReportedDamaged: "a request that reports a damaged client",
        RefusedWhileDamaged: "a refusal of a damaged client",
        ChangeConditionFailed: "a change that fails because of a concurrent change",
        IssuedWithEachSecret: "a token issued for an older secret while there is a newer one",
        RefusedEndedSecret: "a refusal because the secret has ended",
        SecretsOvertaken: "a new secret that meets another change of the secrets",
        ChangeOfSecretsRefused: "a change of secrets that is refused",
        SecretReplaced: "a third secret that replaces the second one",
        ShownDuringChange: "last uses that are read while a change commits",
        ShownUse: "a last use that is shown",
    }
}

impl Protocol {
    /// Whether one of the world's possible next steps shows the event for the first time.
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
