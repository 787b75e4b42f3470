//! Secrets Manager's JSON protocol, answered in process.

mod file;
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

use super::emulator::{Emulator, Work};
use super::response::ServiceResponse;
use crate::call::Call;
use crate::start_error::StartError;
use crate::template::Resource;
use protocol::{ServiceError, parse};
use versions::{Secrets, StoredSecret};

/// The secrets of one account and region.
pub(crate) struct SecretsManager {
    secrets: Mutex<Secrets>,
    /// Where they are kept; nowhere when they are to be forgotten.
    path: Option<PathBuf>,
    clock: Clock,
}

impl SecretsManager {
    /// One that forgets everything in the end.
    pub(crate) fn ephemeral() -> Self {
        Self::new(Secrets::new(), None)
    }

    /// One that keeps everything in the file at `path`.
    ///
    /// # Errors
    /// [`StartError::Damaged`] when the file is not one that was written here,
    /// [`StartError::Directory`] when it cannot be read.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StartError> {
        let secrets = file::read(&path)?;
        Ok(Self::new(secrets, Some(path)))
    }

    fn new(secrets: Secrets, path: Option<PathBuf>) -> Self {
        Self {
            secrets: Mutex::new(secrets),
            path,
            clock: Clock::system(),
        }
    }

    /// Whether anything was ever put into any secret.
    pub(crate) fn has_values(&self) -> bool {
        self.read(|secrets| secrets.values().any(StoredSecret::has_a_version))
    }

    /// Whether there is no secret at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.read(Secrets::is_empty)
    }

    /// The current text of a secret.
    pub(crate) fn current(&self, name: &str) -> Option<String> {
        self.read(|secrets| secrets.get(name)?.current_text().map(str::to_owned))
    }

    /// Answers one operation as Secrets Manager would.
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
        protocol::answer(result)
    }

    /// Runs an operation on behalf of whoever deploys the stack.
    ///
    /// # Errors
    /// The refusal, as JSON.
    pub(crate) fn ask(&self, operation: &str, request: &Json) -> Result<Json, String> {
        let answer = self.run(operation, request.to_string().as_bytes());
        match (answer.status, serde_json::from_str(&answer.body)) {
            (200, Ok(body)) => Ok(body),
            _ => Err(answer.body),
        }
    }

    fn read<A>(&self, look: impl FnOnce(&Secrets) -> A) -> A {
        look(&self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was not written is not answered, and what is not answered does not count.
    fn write<Q: DeserializeOwned>(
        &self,
        body: &[u8],
        change: impl FnOnce(&mut Secrets, Q) -> Result<Json, ServiceError>,
    ) -> Result<Json, ServiceError> {
        let request = parse(body)?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = secrets.clone();
        let answer = change(&mut changed, request)?;
        if let Some(path) = &self.path {
            file::write(path, &changed)
                .map_err(|error| ServiceError::Internal(error.to_string()))?;
        }
        *secrets = changed;
        Ok(answer)
    }
}

impl Emulator for SecretsManager {
    fn target(&self) -> &'static str {
        "secretsmanager"
    }

    fn answer<'a>(
        &'a self,
        operation: &'a str,
        request: HttpRequest,
    ) -> Work<'a, Result<HttpResponse, ConnectorError>> {
        Box::pin(async move {
            let body = request.body().bytes().unwrap_or_default();
            self.run(operation, body).try_into()
        })
    }

    fn calls(&self, operation: &str, body: &Json) -> Vec<Call> {
        let id = if operation == "CreateSecret" {
            "Name"
        } else {
            "SecretId"
        };
        let secret = body.get(id).and_then(Json::as_str);
        vec![Call {
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

    /// `SigningKeys` becomes `latchkey/signing-keys`.
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

    fn create<'a>(&'a self, resource: &'a Resource) -> Work<'a, Result<(), StartError>> {
        Box::pin(async move {
            let name = self.name_of(&resource.logical_id);
            if self.read(|secrets| secrets.contains_key(&name)) {
                return Ok(());
            }
            self.ask("CreateSecret", &json!({ "Name": name }))
                .map(drop)
                .map_err(|error| StartError::Service("Secrets Manager", error))
        })
    }
}

#[cfg(test)]
mod tests;
