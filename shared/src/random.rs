//! The one source of randomness.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

type Fill = dyn Fn(&mut [u8]) -> Result<(), Unavailable> + Send + Sync;

/// A source of random bytes. Everything that needs randomness gets one, so a simulation can replay
/// a run.
#[derive(Clone)]
pub struct Randomness(Arc<Fill>);

/// The operating system returned no random bytes.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system returned no random bytes")]
pub struct Unavailable;

impl Randomness {
    /// The operating system's generator.
    #[must_use]
    pub fn of_the_system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the lint points to this module")]
        Self::from_fn(|bytes| getrandom::fill(bytes).map_err(|_| Unavailable))
    }

    /// A source that fills bytes with `fill`, for simulations.
    pub fn from_fn(
        fill: impl Fn(&mut [u8]) -> Result<(), Unavailable> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(fill))
    }

    /// Fills `bytes` with random bytes.
    ///
    /// # Errors
    /// [`Unavailable`]; then `bytes` must not be used.
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
