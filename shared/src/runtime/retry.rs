//! Attempts, and the pauses between them.

use std::time::Duration;

use crate::fault::Fault;
use crate::random::Randomness;

/// The attempts that a request has at what other requests may be writing: a token request at reads
/// and writes of its client, a change at transactions, a rotation at the key set. All loops of a
/// request share them, so they limit its AWS calls. The simulation checks the limits that follow.
pub const ATTEMPTS: u32 = 10;

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

    /// The [`ATTEMPTS`] of a request that may conflict with others.
    #[must_use]
    pub fn at_a_conflicting_write(randomness: &Randomness) -> Self {
        Self::new(ATTEMPTS, Pause::Jittered(randomness.clone()))
    }

    /// Waits for the pause. Returns whether there is another attempt.
    ///
    /// # Errors
    /// [`Fault::NoRandomness`].
    pub async fn another(&mut self) -> Result<bool, Fault> {
        if (1..self.limit).contains(&self.made) {
            tokio::time::sleep(self.pause.after(self.made)?).await;
        }
        Ok(self.at_once())
    }

    /// Waits for between half of `longest` and all of it, if there is such a pause and another
    /// attempt. Returns whether there is.
    ///
    /// # Errors
    /// [`Fault::NoRandomness`].
    pub async fn another_within(&mut self, longest: Option<Duration>) -> Result<bool, Fault> {
        if let Some(longest) = longest
            && self.made < self.limit
        {
            tokio::time::sleep(self.pause.of_at_most(longest)?).await;
        }
        Ok(self.at_once())
    }

    /// Returns whether there is another attempt, without a pause: after a response that shows how
    /// to continue.
    pub const fn at_once(&mut self) -> bool {
        let is_left = self.made < self.limit;
        if is_left {
            self.made += 1;
        }
        is_left
    }
}

impl Pause {
    fn after(&self, attempts: u32) -> Result<Duration, Fault> {
        match self {
            Self::Fixed(pause) => Ok(*pause),
            Self::Growing(pause) => Ok(*pause * attempts),
            Self::Jittered(randomness) => {
                let longest = 10_u64 << (attempts - 1).min(6);
                let milliseconds = 1 + u64::from(random(randomness)?) % longest;
                Ok(Duration::from_millis(milliseconds))
            }
        }
    }

    /// `longest`, or at least half of it if pauses are random.
    fn of_at_most(&self, longest: Duration) -> Result<Duration, Fault> {
        let Self::Jittered(randomness) = self else {
            return Ok(longest);
        };
        let half = longest / 2;
        Ok(half + half * u32::from(random(randomness)?) / u32::from(u16::MAX))
    }
}

fn random(randomness: &Randomness) -> Result<u16, Fault> {
    let mut bytes = [0; 2];
    randomness.fill(&mut bytes)?;
    Ok(u16::from_le_bytes(bytes))
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
    async fn attempts_without_a_pause_count_as_well() {
        let started = tokio::time::Instant::now();
        let mut attempts = Attempts::new(2, Pause::Growing(Duration::from_secs(1)));
        assert!(attempts.at_once() && attempts.at_once());
        assert!(!attempts.at_once() && !attempts.another().await.unwrap());
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_given_pause_comes_only_before_an_attempt() {
        let started = tokio::time::Instant::now();
        let mut attempts = Attempts::new(2, Pause::Fixed(Duration::from_secs(9)));
        assert!(attempts.another_within(None).await.unwrap());
        assert_eq!(started.elapsed(), Duration::ZERO);
        let second = Some(Duration::from_secs(1));
        assert!(attempts.another_within(second).await.unwrap());
        assert!(!attempts.another_within(second).await.unwrap());
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn jittered_pauses_depend_on_the_random_bytes() {
        let [least, most] = [0, u8::MAX].map(|byte| {
            let randomness = Randomness::from_fn(move |bytes| {
                bytes.fill(byte);
                Ok(())
            });
            Pause::Jittered(randomness)
        });
        assert_eq!(least.after(7).unwrap(), Duration::from_millis(1));
        assert!(most.after(7).unwrap() > Duration::from_millis(100));
        let longest = Duration::from_millis(1_600);
        assert_eq!(least.of_at_most(longest).unwrap(), longest / 2);
        assert_eq!(most.of_at_most(longest).unwrap(), longest);
    }
}
