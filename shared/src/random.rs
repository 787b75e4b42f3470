//! The one door through which randomness comes in.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

type Fill = dyn Fn(&mut [u8]) -> Result<(), Unavailable> + Send + Sync;

/// A source of random bytes. Handed to what needs it, so that a simulation can replay a run.
#[derive(Clone)]
pub struct Randomness(Arc<Fill>);

/// The operating system has no randomness to give.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system returned no random bytes")]
pub struct Unavailable;

impl Randomness {
    /// The operating system's own generator.
    #[must_use]
    pub fn of_the_system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the door that the lint points to"
        )]
        Self::from_fn(|bytes| getrandom::fill(bytes).map_err(|_| Unavailable))
    }

    /// A source that fills bytes by `fill`; for simulations alone.
    pub fn from_fn(
        fill: impl Fn(&mut [u8]) -> Result<(), Unavailable> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(fill))
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`Unavailable`]: then nothing that was to be random may be used.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), Unavailable> {
        (self.0)(bytes)
    }

    /// A random UUID (RFC 9562 §5.4).
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn uuid(&self) -> Result<Uuid, Unavailable> {
        let mut bytes = [0; 16];
        self.fill(&mut bytes)?;
        Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Randomness")
    }
}
