//! The stack: the template's resources, created in the emulated services.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::aws::{DynamoDb, Names, SecretsManager, Services};
use crate::start_error::StartError;
use crate::storage::{Opened, Storage};
use crate::template::Template;

/// A stack: its template and its storage.
pub struct Stack {
    template: Template,
    services: Services,
    names: Arc<Names>,
    secrets: Arc<SecretsManager>,
    dynamodb: Arc<DynamoDb>,
}

impl Stack {
    /// The name of the signing keys' secret.
    pub const SIGNING_KEYS: &str = "latchkey/signing-keys";
    /// The name of the secret that holds the first App Client's credentials, as JSON with
    /// `client_id` and `client_secret`.
    pub const BOOTSTRAP_CREDENTIALS: &str = "latchkey/bootstrap-credentials";
    /// The name of the secret with the pepper of derived client secrets.
    pub const IDEMPOTENCY_PEPPER: &str = "latchkey/idempotency-pepper";

    /// Opens the storage, and creates the template's table and secrets if they are missing.
    ///
    /// # Errors
    /// [`StartError`] if the storage cannot be used, is in use, or is damaged.
    pub async fn open(storage: Storage) -> Result<Self, StartError> {
        let template = Template::built_in()?;
        let opened = Opened::open(storage).await?;
        let mut names = Names::new();
        for emulator in opened.services.iter() {
            let resources = template.resources.iter();
            for resource in resources.filter(|one| one.kind == emulator.resource_type()) {
                emulator.create(resource).await?;
                let name = emulator.name_of(&resource.logical_id);
                names.insert(name, resource.logical_id.clone());
            }
        }
        Ok(Self {
            template,
            services: opened.services,
            names: Arc::new(names),
            secrets: opened.secrets,
            dynamodb: opened.dynamodb,
        })
    }

    /// The current string value of the secret `name`.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<String> {
        self.secrets.current(name)
    }

    /// Runs an operation of Secrets Manager as the stack's owner, without a permission check.
    ///
    /// # Errors
    /// The error response, as JSON.
    pub fn ask_secrets_manager(&self, operation: &str, request: &Json) -> Result<Json, String> {
        self.secrets.ask(operation, request)
    }

    /// Deletes expired data, such as items past their time to live. AWS does this in the
    /// background.
    ///
    /// # Errors
    /// [`StartError::Service`] if a service fails.
    pub fn delete_expired(&self) -> Result<(), StartError> {
        let mut emulators = self.services.iter();
        emulators.try_for_each(|emulator| emulator.delete_expired())
    }

    /// The name of the table.
    #[must_use]
    pub fn table_name(&self) -> &str {
        self.dynamodb.table_name()
    }

    /// Runs an operation of DynamoDB on the table as the stack's owner, without a permission check.
    ///
    /// # Errors
    /// The error response, as JSON.
    pub async fn ask_table(&self, operation: &str, request: Json) -> Result<Json, String> {
        self.dynamodb.ask(operation, request).await
    }

    /// The template of the stack.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// The local names of the template's resources.
    pub(crate) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    pub(crate) fn secrets(&self) -> &Arc<SecretsManager> {
        &self.secrets
    }
}

impl std::fmt::Debug for Stack {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Stack")
            .field(&self.services)
            .finish()
    }
}
