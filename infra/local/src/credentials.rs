//! The credentials of the first App Client: chosen in the environment, stored by bootstrap, and
//! shown at the start.

use local::{Instance, Stack, StartError};
use serde::Deserialize;
use serde_json::json;
use shared::model::{ClientId, ClientSecret, OrgId, SecretMatch};
use shared::random::Randomness;
use shared::runtime::Variables;
use shared::store::Store;

/// The names of the variables that choose the credentials.
const ID: &str = "LATCHKEY_CLIENT_ID";
const SECRET: &str = "LATCHKEY_CLIENT_SECRET";

/// Credentials with which the first App Client is created.
#[derive(Debug)]
pub(crate) struct ChosenCredentials {
    id: ClientId,
    secret: ClientSecret,
}

/// The credentials in Secrets Manager, in the form of the bootstrap function.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl ChosenCredentials {
    /// Reads the variables; `None` if neither is set.
    ///
    /// # Errors
    /// If only one is set, or one has the wrong form. The message does not contain the secret.
    pub(crate) fn from_variables(variables: &Variables) -> Result<Option<Self>, String> {
        let (id, secret) = match (variables.optional(ID), variables.optional(SECRET)) {
            (None, None) => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => return Err(format!("{ID} requires {SECRET}")),
            (None, Some(_)) => return Err(format!("{SECRET} requires {ID}")),
        };
        let id = ClientId::from_client_id(id).ok_or_else(|| {
            format!("{ID} must be a UUID without hyphens: 32 lowercase hexadecimal digits")
        })?;
        let secret = ClientSecret::parse(secret).ok_or_else(|| {
            format!(
                "{SECRET} is not a client secret: it must have the form and the checksum of a \
                 secret that Latchkey has generated, such as one that a start prints"
            )
        })?;
        Ok(Some(Self { id, secret }))
    }

    /// Stores the credentials, so that bootstrap creates the first App Client with them.
    ///
    /// # Errors
    /// [`StartError::OtherCredentials`] if the storage has different ones.
    pub(crate) fn store(&self, stack: &Stack) -> Result<(), StartError> {
        if stack.secret(Stack::BOOTSTRAP_CREDENTIALS).is_some() {
            let stored = Credentials::of(stack).ok_or(StartError::NoCredentials)?;
            return if self.are(&stored) {
                Ok(())
            } else {
                Err(StartError::OtherCredentials(stored.client_id))
            };
        }
        let failed =
            |reason: &dyn ToString| StartError::Service("Secrets Manager", reason.to_string());
        let org_id = Randomness::of_the_system().uuid();
        let org_id = OrgId::new(org_id.map_err(|error| failed(&error))?);
        // In the form that the bootstrap function generates.
        let credentials = json!({
            "client_id": self.id.client_id(),
            "client_secret": self.secret.reveal(),
            "org_id": org_id.to_string(),
        });
        let request = json!({
            "SecretId": Stack::BOOTSTRAP_CREDENTIALS,
            // The id of the version: any text of this length.
            "ClientRequestToken": self.id.to_string(),
            "SecretString": credentials.to_string(),
        });
        let stored = stack.ask_secrets_manager("PutSecretValue", &request);
        stored.map(drop).map_err(|error| failed(&error))
    }

    fn are(&self, stored: &Credentials) -> bool {
        ClientId::from_client_id(&stored.client_id) == Some(self.id)
            && stored.client_secret == self.secret.reveal()
    }
}

impl Credentials {
    /// The stored credentials; `None` if there are none, or they cannot be read.
    pub(crate) fn of(stack: &Stack) -> Option<Self> {
        serde_json::from_str(&stack.secret(Stack::BOOTSTRAP_CREDENTIALS)?).ok()
    }

    /// Whether the client still exists, is enabled and accepts this secret.
    pub(crate) async fn are_valid(&self, instance: &Instance) -> bool {
        let (Some(id), Some(secret), Some(environment)) = (
            ClientId::from_client_id(&self.client_id),
            ClientSecret::parse(&self.client_secret),
            instance.environment("get-client"),
        ) else {
            return false;
        };
        let Ok(store) = Store::new(environment) else {
            return false;
        };
        let client = store.find_client(id).await.ok().flatten();
        let now = environment.clock.now();
        client.is_some_and(|client| {
            let matching = client.secrets.matching(&secret.hash(), now);
            client.is_enabled() && matches!(matching, SecretMatch::Live(_))
        })
    }
}
