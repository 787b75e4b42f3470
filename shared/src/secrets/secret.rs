use aws_sdk_secretsmanager::Client;

use super::labels::{Label, Versions};
use crate::fault::Fault;
use crate::runtime::{Environment, VariableError};

/// One secret.
#[derive(Clone, Debug)]
pub struct Secret {
    client: Client,
    id: String,
}

impl Secret {
    /// The secret that a variable names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment, variable: &'static str) -> Result<Self, VariableError> {
        Ok(Self {
            client: Client::new(&environment.aws),
            id: environment.variables.required(variable)?.to_owned(),
        })
    }

    /// Its current text; `None` when nothing was put into it yet.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn find(&self) -> Result<Option<String>, Fault> {
        self.text(None).await
    }

    /// Whether something was put into it; the text itself is not read.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn has_text(&self) -> Result<bool, Fault> {
        Ok(self.versions().await?.with(Label::Current).is_some())
    }

    /// Puts the first text into it, unless somebody was faster; whether it did.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn insert(&self, text: &str) -> Result<bool, Fault> {
        // Every first text goes under the same token, so that only one of them can win.
        let token = "latchkey-first-version-00000000-0000";
        self.insert_version(token, text, &[Label::Current]).await
    }

    /// The versions that have labels; their texts are not read.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
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

    /// The text of a version; `None` when there is no such version, or nothing was put into it yet.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn find_version(&self, version: &str) -> Result<Option<String>, Fault> {
        self.text(Some(version)).await
    }

    /// The text of a version, or of the current one.
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

    /// Puts a text into a new version and gives that version the labels; whether it did, and not
    /// somebody else before with another text. A version's text is never changed.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
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

    /// Moves a label from the version that has it to another one, or to none. When `from` does not
    /// have it any more, that is a failure and nothing is moved.
    ///
    /// # Errors
    /// When Secrets Manager does not say that it is moved.
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
