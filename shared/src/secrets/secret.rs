//! The calls to Secrets Manager.

use aws_sdk_secretsmanager::Client;

use super::labels::{Label, Versions};
use crate::fault::Fault;
use crate::runtime::{Environment, VariableError};

/// A secret in Secrets Manager.
#[derive(Clone, Debug)]
pub struct Secret {
    client: Client,
    id: String,
}

impl Secret {
    /// The secret that an environment variable names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment, variable: &'static str) -> Result<Self, VariableError> {
        Ok(Self {
            client: Client::new(&environment.aws),
            id: environment.variables.required(variable)?.to_owned(),
        })
    }

    /// The text of the current version; `None` if the secret has none yet.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn find(&self) -> Result<Option<String>, Fault> {
        self.text(None).await
    }

    /// Whether the secret has a current version. Its text is not read.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn has_text(&self) -> Result<bool, Fault> {
        Ok(self.versions().await?.with(Label::Current).is_some())
    }

    /// Stores the secret's first text. Returns false if the secret got another one before.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn insert(&self, text: &str) -> Result<bool, Fault> {
        // Every first text has the same client request token, so only one of them is stored.
        let token = "latchkey-first-version-00000000-0000";
        self.insert_version(token, text, &[Label::Current]).await
    }

    /// The versions that have labels. Their texts are not read.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn versions(&self) -> Result<Versions, Fault> {
        let describe = self.client.describe_secret().secret_id(&self.id);
        let secret = Box::pin(describe.send())
            .await
            .map_err(|error| Fault::of_sdk("Secrets Manager", "DescribeSecret", &error))?;
        Ok(Versions {
            arn: secret.arn.unwrap_or_default(),
            labels: secret.version_ids_to_stages.unwrap_or_default(),
        })
    }

    /// The text of a version; `None` if the version does not exist or has no text yet.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn find_version(&self, version: &str) -> Result<Option<String>, Fault> {
        self.text(Some(version)).await
    }

    /// The text of a version, or of the current one if `version` is `None`.
    async fn text(&self, version: Option<&str>) -> Result<Option<String>, Fault> {
        let get = self.client.get_secret_value().secret_id(&self.id);
        let get = get.set_version_id(version.map(str::to_owned));
        match Box::pin(get.send()).await {
            Ok(secret) => Ok(secret.secret_string),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(Fault::of_sdk("Secrets Manager", "GetSecretValue", &error)),
        }
    }

    /// Stores a text as a new version with these labels. Returns false if the version exists with
    /// another text; a version's text never changes.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn insert_version(
        &self,
        version: &str,
        text: &str,
        labels: &[Label],
    ) -> Result<bool, Fault> {
        let names = labels.iter().map(|label| label.name().to_owned()).collect();
        let put = self
            .client
            .put_secret_value()
            .secret_id(&self.id)
            .client_request_token(version)
            .set_version_stages(Some(names))
            .secret_string(text);
        match Box::pin(put.send()).await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_exists_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(Fault::of_sdk("Secrets Manager", "PutSecretValue", &error)),
        }
    }

    /// Moves a label from version `from` to another version, or removes it. Fails, without moving
    /// anything, if `from` no longer has the label.
    ///
    /// # Errors
    /// When Secrets Manager does not confirm the move.
    pub async fn move_label(
        &self,
        label: Label,
        from: &str,
        to: Option<&str>,
    ) -> Result<(), Fault> {
        let moved = self
            .client
            .update_secret_version_stage()
            .secret_id(&self.id)
            .version_stage(label.name())
            .remove_from_version_id(from)
            .set_move_to_version_id(to.map(str::to_owned));
        let fault = |error| Fault::of_sdk("Secrets Manager", "UpdateSecretVersionStage", &error);
        Box::pin(moved.send()).await.map(drop).map_err(fault)
    }
}
