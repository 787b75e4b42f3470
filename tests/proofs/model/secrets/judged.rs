//! Judges the secrets that a change leaves, and the days of their last use.

use shared::model::Revision;
use shared::model::gate::{Bucket, Gate};
use shared::model::issuing::FoundClient;

use crate::model::administrator::Change;
use crate::model::faults::Fault;
use crate::model::judge::{Event, Outcome, Violation};
use crate::model::keyring::time_of;
use crate::model::world::{Record, Uses, World};
use crate::secret_rules::{KnownSecret, NotPossible, live};

type Expected = Result<Vec<KnownSecret<u8>>, NotPossible>;

impl Outcome {
    /// A change of secrets just committed. It was decided at the tick `now`.
    pub(crate) fn changed_secrets(
        &mut self,
        world: &World,
        former: &Record,
        change: Change,
        now: u64,
    ) {
        let expected = former.keyring.expected(change, world.secrets, now);
        let current = world.database.record.map(|record| record.keyring);
        let stored = current.map_or(Vec::new(), |keyring| keyring.all().to_vec());
        self.require(
            expected == Ok(live(&stored, time_of(now))) && stored.len() <= 2,
            Violation::SecretRules,
        );
        // A secret keeps its place, or two would have one day.
        for (number, place) in former.keyring.places() {
            let stays = current.is_none_or(|keyring| {
                let mut places = keyring.places();
                places.all(|(other, its)| other != number || its == place)
            });
            self.require(stays, Violation::SecretRules);
        }
        let live = live(former.keyring.all(), time_of(now)).len();
        self.show_if(
            matches!(change, Change::Add(_)) && live == 2,
            Event::SecretReplaced,
        );
    }

    pub(crate) fn refused_change(&mut self, expected: Expected) {
        self.require(expected.is_err(), Violation::SecretRules);
        self.show(Event::ChangeOfSecretsRefused);
    }

    /// A change or a token was just written.
    pub(crate) fn check_uses(&mut self, world: &World) {
        let (Some(record), Some(uses)) = (world.database.record, world.database.uses) else {
            return;
        };
        for (number, place) in record.keyring.places() {
            let of_place = uses.of(place);
            let is_own = of_place.is_none_or(|other| other == number);
            self.require(is_own, Violation::ForeignUse);
            let was_used = world.used & 1 << number != 0;
            self.require(of_place.is_some() || !was_used, Violation::LostUse);
        }
    }

    /// The last uses were shown, from a record and from a gate of this revision. The service shows
    /// none if they are torn.
    pub(crate) fn shown(
        &mut self,
        record: &Record,
        gate: Option<Revision>,
        uses: Uses,
        fault: Fault,
    ) {
        let gate = gate.map(|revision| Gate::new(revision, Bucket(0)));
        let is_whole = matches!(FoundClient::new(*record, gate), FoundClient::Whole(_));
        self.show_if(!is_whole, Event::ShownDuringChange);
        if !is_whole && fault != Fault::ShowsTornUses {
            return;
        }
        for (number, place) in record.keyring.places() {
            let shown = uses.of(place);
            self.require(shown.is_none_or(|it| it == number), Violation::ForeignUse);
            self.show_if(shown.is_some(), Event::ShownUse);
        }
    }
}
