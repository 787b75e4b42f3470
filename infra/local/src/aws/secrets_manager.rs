//! The Secrets Manager emulator.

mod file;
mod generated;
mod operations;
mod protocol;
mod versions;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use shared::clock::Clock;

use super::emulator::{BoxFuture, Emulator};
use super::response::ServiceResponse;
use crate::call::AwsCall;
use crate::start_error::StartError;
use crate::template::TemplateResource;
use protocol::{ServiceError, parse};
use versions::{StoredSecret, StoredSecrets};

/// The secrets of one account and region.
pub(crate) struct SecretsManager {
    secrets: Mutex<StoredSecrets>,
    /// The file of the secrets; `None` to keep them only in memory.
    path: Option<PathBuf>,
    clock: Clock,
}

impl SecretsManager {
    /// An emulator that keeps its secrets only in memory.
    pub(crate) fn ephemeral() -> Self {
        Self::new(StoredSecrets::new(), None)
    }

    /// An emulator that keeps its secrets in the file at `path`.
    ///
    /// # Errors
    /// [`StartError::Damaged`] if the file is malformed, [`StartError::File`] if it cannot be read.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StartError> {
        let secrets = file::read(&path)?;
        Ok(Self::new(secrets, Some(path)))
    }

    fn new(secrets: StoredSecrets, path: Option<PathBuf>) -> Self {
        Self {
            secrets: Mutex::new(secrets),
            path,
            clock: Clock::system(),
        }
    }

    /// Whether any secret has a version besides one that was generated with the secret.
    pub(crate) fn has_values(&self) -> bool {
        self.read(|secrets| secrets.values().any(StoredSecret::has_a_version))
    }

    /// Whether there are no secrets.
    pub(crate) fn is_empty(&self) -> bool {
        self.read(StoredSecrets::is_empty)
    }

    /// The current string value of a secret.
    pub(crate) fn current(&self, name: &str) -> Option<String> {
        self.read(|secrets| secrets.get(name)?.current_text().map(str::to_owned))
    }

    /// Responds to an operation as Secrets Manager would.
    fn run(&self, operation: &str, body: &[u8]) -> ServiceResponse {
        let now = self.clock.now().epoch_seconds();
        let result = match operation {
            "CreateSecret" => self.write(body, |secrets, request| {
                operations::create(secrets, request, now)
            }),
            "PutSecretValue" => self.write(body, |secrets, request| {
                operations::put_value(secrets, request, now)
            }),
            "RotateSecret" => self.write(body, |secrets, request| {
                operations::rotate(secrets, request, now)
            }),
            "UpdateSecretVersionStage" => self.write(body, operations::update_version_stage),
            "GetSecretValue" => parse(body)
                .and_then(|request| self.read(|secrets| operations::get_value(secrets, request))),
            "DescribeSecret" => parse(body)
                .and_then(|request| self.read(|secrets| operations::describe(secrets, &request))),
            _ => Err(ServiceError::UnknownOperation),
        };
        protocol::response(result)
    }

    /// Runs an operation as the stack's owner, without a permission check.
    ///
    /// # Errors
    /// The error response, as JSON.
    pub(crate) fn ask(&self, operation: &str, request: &Json) -> Result<Json, String> {
        let response = self.run(operation, request.to_string().as_bytes());
        match (response.status, serde_json::from_str(&response.body)) {
            (200, Ok(body)) => Ok(body),
            _ => Err(response.body),
        }
    }

    fn read<A>(&self, query: impl FnOnce(&StoredSecrets) -> A) -> A {
        query(&self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Applies a change, to the file first: if the write fails, the operation fails and the secrets
    /// in memory are unchanged.
    fn write<Q: DeserializeOwned>(
        &self,
        body: &[u8],
        change: impl FnOnce(&mut StoredSecrets, Q) -> Result<Json, ServiceError>,
    ) -> Result<Json, ServiceError> {
        let request = parse(body)?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = secrets.clone();
        let result = change(&mut changed, request)?;
        if let Some(path) = &self.path {
            file::write(path, &changed).map_err(|error| {
                let reason = format!("cannot write {}: {error}", path.display());
                // The functions keep only the code of a failed call.
                tracing::error!("{reason}");
                ServiceError::Internal(reason)
            })?;
        }
        *secrets = changed;
        Ok(result)
    }
}

impl Emulator for SecretsManager {
    fn target(&self) -> &'static str {
        "secretsmanager"
    }

    fn respond<'a>(
        &'a self,
        operation: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, ConnectorError>> {
        Box::pin(async move {
            let body = request.body().bytes().unwrap_or_default();
            self.run(operation, body).try_into()
        })
    }

    fn calls(&self, operation: &str, body: &Json) -> Vec<AwsCall> {
        let id = if operation == "CreateSecret" {
            "Name"
        } else {
            "SecretId"
        };
        let secret = body.get(id).and_then(Json::as_str);
        vec![AwsCall {
            action: format!("secretsmanager:{operation}"),
            resource: secret.unwrap_or_default().to_owned(),
            partitions: vec![],
            via: None,
        }]
    }

    fn arn(&self, resource: &str) -> String {
        resource.to_owned()
    }

    fn resource_type(&self) -> &'static str {
        "AWS::SecretsManager::Secret"
    }

    /// Turns `SigningKeys` into `latchkey/signing-keys`.
    fn name_of(&self, logical_id: &str) -> String {
        let mut name = "latchkey/".to_owned();
        for (position, letter) in logical_id.chars().enumerate() {
            if letter.is_ascii_uppercase() && position > 0 {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    fn create<'a>(
        &'a self,
        resource: &'a TemplateResource,
    ) -> BoxFuture<'a, Result<(), StartError>> {
        Box::pin(async move {
            let name = self.name_of(&resource.logical_id);
            if self.read(|secrets| secrets.contains_key(&name)) {
                return Ok(());
            }
            let form = resource.property("GenerateSecretString")?;
            let text = form.map(|form| generated::text(&form)).transpose();
            let text = text.map_err(|reason| {
                StartError::Template(format!("{}: {reason}", resource.logical_id))
            })?;
            let token = text.is_some().then_some(generated::VERSION);
            let request =
                json!({ "Name": name, "SecretString": text, "ClientRequestToken": token });
            self.ask("CreateSecret", &request)
                .map(drop)
                .map_err(|error| StartError::Service("Secrets Manager", error))
        })
    }
}

#[cfg(test)]
mod tests;
