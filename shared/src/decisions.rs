//! The operation that decides on requests, independent of any protocol.

use crate::authorization::{Authenticated, Authorization, Bearer};
use crate::clock::Clock;
use crate::model::policy::{PolicyDecision, Request};
use crate::refusal::Refusal;
use crate::runtime::Environment;
use crate::runtime::log::Notebook;
use crate::store::Store;

/// Decides what App Clients may do.
#[derive(Debug)]
pub struct Decisions {
    authorization: Authorization,
    clock: Clock,
}

impl Decisions {
    /// The maximum number of requests at once.
    pub const REQUESTS: usize = 100;

    /// Decisions on the clients in `store`.
    #[must_use]
    pub fn new(environment: &Environment, store: Store) -> Self {
        Self {
            authorization: Authorization::new(store),
            clock: environment.clock.clone(),
        }
    }

    /// Decides whether the caller's policies permit each of the requests; or with `other`, those of the
    /// client of that token, which must be of the caller's org.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the other token is invalid, or of another org; and a [`Refusal::Fault`]
    /// when the policies cannot be read.
    pub async fn decide(
        &self,
        caller: Authenticated,
        other: Option<Bearer<'_>>,
        requests: &[Request],
    ) -> Result<Vec<PolicyDecision>, Refusal> {
        let policies = match other {
            None => caller.policies().await?,
            Some(bearer) => match self.client_of(bearer, &caller).await?.policies().await {
                // Disabled or deleted meanwhile: the caller's own token is valid.
                Err(Refusal::InvalidToken) => return Err(Refusal::NotFound),
                policies => policies?,
            },
        };
        let decisions = requests.iter().map(|request| policies.decide(request));
        Ok(decisions.collect())
    }

    async fn client_of(
        &self,
        bearer: Bearer<'_>,
        caller: &Authenticated,
    ) -> Result<Authenticated, Refusal> {
        // The log line is that of the caller.
        let notebook = Notebook::default();
        let found = self
            .authorization
            .authenticate(bearer, self.clock.now(), notebook);
        match found.await {
            Ok(found) if found.org() == caller.org() => Ok(found),
            Ok(_) | Err(Refusal::InvalidToken) => Err(Refusal::NotFound),
            Err(refusal) => Err(refusal),
        }
    }
}
