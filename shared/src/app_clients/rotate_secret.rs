//! Rotates a client secret.

use super::create::Created;
use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::precondition::{Held, Precondition};
use crate::model::{AppClient, ClientId, ClientSecret};
use crate::refusal::Refusal;

impl AppClients {
    /// Gives a client of the caller's org a new secret. From then on the old one is rejected.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the caller's org has no such client, and [`Refusal::Unmet`] when the
    /// state to replace does not satisfy the precondition.
    pub async fn rotate_secret(
        &self,
        caller: &Caller,
        id: ClientId,
        precondition: &Precondition,
    ) -> Result<(Created, Held), Refusal> {
        let found = self.find(caller, id).await?;
        let secret = ClientSecret::generate(&self.randomness).map_err(Fault::from)?;
        let rotated = |client| AppClient {
            secret: secret.hash(),
            ..client
        };
        let (client, held) = self.replace(caller, found, precondition, rotated).await?;
        Ok((Created { client, secret }, held))
    }
}
