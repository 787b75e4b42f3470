//! Failed reads of the private keys, and the pauses after them.

use super::times::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::random::Randomness;

/// The failed reads since the last one that succeeded. Requests that have not been authenticated
/// can cause a read, so the next one waits, regardless of the caller.
#[derive(Clone, Debug)]
pub(super) struct FailedReads {
    count: u32,
    last: Fault,
    next_read: Timestamp,
}

impl FailedReads {
    /// Adds a read that failed at `now`. The pause after it is random, and at most twice as long as
    /// the one before may have been.
    pub(super) fn after(
        former: Option<&Self>,
        fault: Fault,
        now: Timestamp,
        randomness: &Randomness,
    ) -> Self {
        let count = former.map_or(0, |former| former.count).saturating_add(1);
        let longest = LONGEST_PAUSE.min(FIRST_PAUSE << (count - 1).min(u8::BITS));
        let half = longest / 2;
        let mut random = [0];
        let extra = match randomness.fill(&mut random) {
            Ok(()) => 1 + u64::from(random[0]) % half,
            Err(_) => half,
        };
        Self {
            count,
            last: fault,
            next_read: now.plus(half + extra),
        }
    }

    /// Whether the next read may begin. If more is left of the pause than a pause may last, the
    /// clock went back, and the pause is over.
    ///
    /// # Errors
    /// The last fault, during the pause.
    pub(super) fn may_read(&self, now: Timestamp) -> Result<(), Fault> {
        match self.next_read.seconds_since(now) {
            1..=LONGEST_PAUSE => Err(self.last.clone()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bounds of the pauses after the first seven failed reads.
    fn pauses(byte: u8) -> Vec<u64> {
        let randomness = Randomness::from_fn(move |bytes| {
            bytes.fill(byte);
            Ok(())
        });
        let now = Timestamp::from_epoch_seconds(1_000);
        let mut failed = None;
        let mut next = || {
            let one_more = FailedReads::after(failed.as_ref(), Fault::OutOfTime, now, &randomness);
            let pause = one_more.next_read.seconds_since(now);
            assert!(one_more.may_read(now.plus(pause - 1)).is_err());
            assert!(one_more.may_read(now.plus(pause)).is_ok());
            failed = Some(one_more);
            pause
        };
        (0..7).map(|_| next()).collect()
    }

    #[test]
    fn the_pauses_are_random_and_grow_up_to_a_limit() {
        assert_eq!(pauses(0), [2, 3, 5, 9, 17, 17, 17]);
        assert_eq!(pauses(15), [2, 4, 8, 16, 32, 32, 32]);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_lengthen_the_pause() {
        let at = Timestamp::from_epoch_seconds;
        let failed = FailedReads {
            count: 9,
            last: Fault::OutOfTime,
            next_read: at(10_000),
        };
        assert!(failed.may_read(at(10_000 - LONGEST_PAUSE)).is_err());
        for back in [LONGEST_PAUSE + 1, 3_600, 10_000] {
            assert!(failed.may_read(at(10_000 - back)).is_ok(), "{back}");
        }
    }

    #[test]
    fn any_number_of_reads_may_fail_even_without_randomness() {
        let randomness = Randomness::from_fn(|_| Err(crate::random::Unavailable));
        let now = Timestamp::from_epoch_seconds(1_000);
        for count in [0, 62, 63, 64, u32::MAX] {
            let former = FailedReads {
                count,
                last: Fault::OutOfTime,
                next_read: now,
            };
            let failed = FailedReads::after(Some(&former), Fault::OutOfTime, now, &randomness);
            let pause = failed.next_read.seconds_since(now);
            assert!((FIRST_PAUSE..=LONGEST_PAUSE).contains(&pause), "{pause}");
        }
    }
}
