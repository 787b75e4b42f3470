//! Attempts, and the pauses between them.

use std::time::Duration;

use crate::fault::Fault;
use crate::random::Randomness;

/// The number of attempts at a write that may conflict with others.
const CONFLICTING_WRITES: u32 = 10;

/// A limited number of attempts at the same work, with a pause before each except the first:
///
/// ```text
/// let mut attempts = Attempts::at_a_conflicting_write(&randomness);
/// while attempts.another().await? {
///     // Return when it is done.
/// }
/// Err(Fault::Contended("PutItem"))
/// ```
#[derive(Debug)]
pub struct Attempts {
    made: u32,
    limit: u32,
    pause: Pause,
}

/// The pause before the next attempt.
#[derive(Clone, Debug)]
pub enum Pause {
    /// Random, with a limit that grows each time, so that conflicting writers do not conflict
    /// again.
    Jittered(Randomness),
    /// The same each time.
    Fixed(Duration),
    /// This duration after the first attempt, twice as long after the second, and so on.
    Growing(Duration),
}

impl Attempts {
    /// Up to `limit` attempts.
    #[must_use]
    pub const fn new(limit: u32, pause: Pause) -> Self {
        Self {
            made: 0,
            limit,
            pause,
        }
    }

    /// The attempts at a write that may conflict with others.
    #[must_use]
    pub fn at_a_conflicting_write(randomness: &Randomness) -> Self {
        Self::new(CONFLICTING_WRITES, Pause::Jittered(randomness.clone()))
    }

    /// Waits for the pause. Returns whether there is another attempt.
    ///
    /// # Errors
    /// [`Fault::NoRandomness`].
    pub async fn another(&mut self) -> Result<bool, Fault> {
        if self.made >= self.limit {
            return Ok(false);
        }
        if self.made > 0 {
            tokio::time::sleep(self.pause.after(self.made)?).await;
        }
        self.made += 1;
        Ok(true)
    }
}

impl Pause {
    fn after(&self, attempts: u32) -> Result<Duration, Fault> {
        match self {
            Self::Fixed(pause) => Ok(*pause),
            Self::Growing(pause) => Ok(*pause * attempts),
            Self::Jittered(randomness) => {
                let mut random = [0; 2];
                randomness.fill(&mut random)?;
                let longest = 10_u64 << (attempts - 1).min(6);
                let milliseconds = 1 + u64::from(u16::from_le_bytes(random)) % longest;
                Ok(Duration::from_millis(milliseconds))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn attempts_are_limited_and_pause_in_between() {
        let started = tokio::time::Instant::now();
        let mut attempts = Attempts::new(3, Pause::Growing(Duration::from_secs(1)));
        let mut made = 0;
        while attempts.another().await.unwrap() {
            made += 1;
        }
        assert_eq!(made, 3);
        assert_eq!(started.elapsed(), Duration::from_secs(3));
        assert!(!attempts.another().await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn jittered_pauses_depend_on_the_random_bytes() {
        let pauses = [0, u8::MAX].map(|byte| {
            let randomness = Randomness::from_fn(move |bytes| {
                bytes.fill(byte);
                Ok(())
            });
            Pause::Jittered(randomness).after(7).unwrap()
        });
        assert_eq!(pauses[0], Duration::from_millis(1));
        assert!(pauses[1] > Duration::from_millis(100));
    }
}
