//! The versions of a secret, and the staging labels that say what each is for.

use std::collections::HashMap;

use super::Secret;
use crate::fault::Fault;

/// A staging label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The version that is used.
    Current,
    /// The version that a rotation is making.
    Pending,
}

/// Which versions bear which labels.
#[derive(Debug)]
pub struct Versions {
    /// The ARN of the secret.
    pub arn: String,
    labels: HashMap<String, Vec<String>>,
}

impl Label {
    const fn name(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Pending => "AWSPENDING",
        }
    }
}

impl Versions {
    /// The version with that label.
    #[must_use]
    pub fn with(&self, label: Label) -> Option<&str> {
        let mut versions = self.labels.iter();
        versions
            .find(|(_, labels)| labels.iter().any(|name| name == label.name()))
            .map(|(version, _)| version.as_str())
    }

    /// Whether there is such a version, and it has a label.
    #[must_use]
    pub fn contain(&self, version: &str) -> bool {
        self.labels.contains_key(version)
    }
}

impl Secret {
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
    pub(super) async fn text(&self, version: Option<&str>) -> Result<Option<String>, Fault> {
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
