//! Run when a stack is made or updated, and harmless whenever it is run again: the managed roles,
//! the first signing key, the first org and its first App Client.
//!
//! What cannot be made twice is put where it will be looked for before anything depends on it: the
//! first client's credentials lie in Secrets Manager before the client is written, so that a crash
//! between any two steps loses nothing, and the next run goes on.

mod cloudformation;
mod function;

use serde::{Deserialize, Serialize};
use shared::clock::Clock;
use shared::environment::{Environment, VariableError};
use shared::fault::Fault;
use shared::keys::Secret;
use shared::model::{
    AccessTokenLifetime, AppClient, ClientId, ClientSecret, ClientStatus, Description, ManagedRole,
    Name, OrgId, Revision, Timestamp, TokenQuota,
};
use shared::random::Randomness;
use shared::store::Store;
use shared::token::SigningAlgorithm;
use shared::token::key_ring::StoredKeys;

pub use function::{Failure, Function};

/// What a run needs.
#[derive(Debug)]
pub struct App {
    store: Store,
    signing_keys: Secret,
    credentials: Secret,
    algorithm: SigningAlgorithm,
    default_quota: TokenQuota,
    clock: Clock,
    randomness: Randomness,
}

/// The first client's credentials, as they lie in Secrets Manager.
#[derive(Serialize, Deserialize)]
struct Credentials {
    client_id: String,
    client_secret: String,
    org_id: String,
}

impl App {
    /// Bootstrap in that environment.
    ///
    /// # Errors
    /// When a variable is missing or makes no sense.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        let variables = &environment.variables;
        Ok(Self {
            store: Store::new(environment)?,
            signing_keys: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            credentials: Secret::new(environment, "BOOTSTRAP_CREDENTIALS_SECRET")?,
            algorithm: variables.signing_algorithm()?,
            default_quota: variables.default_token_quota()?,
            clock: environment.clock.clone(),
            randomness: environment.randomness.clone(),
        })
    }
}

/// Makes whatever is not there yet.
///
/// # Errors
/// When DynamoDB or Secrets Manager does not do what it is asked; then it can be run again.
pub async fn handle(app: &App) -> Result<(), Fault> {
    let now = app.clock.now();
    managed_roles(app, now).await?;
    first_signing_key(app, now).await?;
    first_client(app, now).await
}

/// Writes the managed roles that are not there, or that an older version wrote differently.
async fn managed_roles(app: &App, now: Timestamp) -> Result<(), Fault> {
    for role in ManagedRole::ALL {
        let found = app.store.find_role(role.id()).await?;
        let created_at = found.as_ref().map_or(now, |role| role.created_at);
        let updated_at = found.as_ref().map_or(now, |role| role.updated_at);
        if found != Some(role.described(created_at, updated_at)) {
            app.store
                .replace_role(&role.described(created_at, now))
                .await?;
        }
    }
    Ok(())
}

/// Makes the key that signs from now on. Its public half is published before the private one is
/// there to sign; a run that is broken off between the two leaves a public key that never signed.
async fn first_signing_key(app: &App, now: Timestamp) -> Result<(), Fault> {
    if app.signing_keys.has_text().await? {
        return Ok(());
    }
    let unusable = |_| Fault::SigningFailed;
    let keys = StoredKeys::first(app.algorithm, now).map_err(unusable)?;
    let public = keys.public().map_err(unusable)?;
    let text = keys.to_text().map_err(unusable)?;
    app.store.change_key_set(|set| set.add(&public)).await?;
    if !app.signing_keys.insert(&text).await? {
        // Another run was faster: this key signs nothing.
        app.store
            .change_key_set(|set| set.withdraw(&public))
            .await?;
    }
    Ok(())
}

/// Makes the first org and the client that can make all others.
async fn first_client(app: &App, now: Timestamp) -> Result<(), Fault> {
    let text = match app.credentials.find().await? {
        Some(text) => text,
        None => {
            let credentials = Credentials {
                client_id: ClientId::new(app.randomness.uuid()?).client_id(),
                client_secret: ClientSecret::generate(&app.randomness)?.reveal().to_owned(),
                org_id: OrgId::new(app.randomness.uuid()?).to_string(),
            };
            let text = serde_json::to_string(&credentials).map_err(unreadable)?;
            app.credentials.insert(&text).await?;
            // What lies there now is what counts, whoever put it.
            let text = app.credentials.find().await?;
            text.ok_or(Fault::Unreadable("bootstrap credentials secret"))?
        }
    };
    let credentials: Credentials = serde_json::from_str(&text).map_err(unreadable)?;
    let client = credentials.client(app, now)?;
    // An org that is there is left alone: its first client may have been changed or deleted since.
    app.store.insert_org("First org", &client).await?;
    Ok(())
}

impl Credentials {
    fn client(&self, app: &App, now: Timestamp) -> Result<AppClient, Fault> {
        let unreadable = || Fault::Unreadable("bootstrap credentials secret");
        let role = ManagedRole::BuilderAdmin;
        Ok(AppClient {
            id: ClientId::from_client_id(&self.client_id).ok_or_else(unreadable)?,
            org: OrgId::from_id(&self.org_id).ok_or_else(unreadable)?,
            name: Name::parse("Bootstrap").map_err(|_| unreadable())?,
            description: Description::parse(
                "The first App Client of this deployment. It can make all others.",
            )
            .map_err(|_| unreadable())?,
            status: ClientStatus::Enabled,
            access_token_lifetime: AccessTokenLifetime::default(),
            token_quota: app.default_quota,
            roles: vec![role.described(now, now).grant()],
            secret: ClientSecret::parse(&self.client_secret)
                .ok_or_else(unreadable)?
                .hash(),
            created_at: now,
            updated_at: now,
            revision: Revision::new(app.randomness.uuid()?),
        })
    }
}

fn unreadable(_: serde_json::Error) -> Fault {
    Fault::Unreadable("bootstrap credentials secret")
}
