//! Secrets Manager's JSON protocol, answered in process.

mod file;
mod operations;
mod versions;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use shared::clock::Clock;

use crate::aws::Answer;
use crate::start_error::StartError;
use versions::Secret;

/// Every secret, by its name.
type Secrets = BTreeMap<String, Secret>;

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
    pub(crate) fn hold_a_value(&self) -> bool {
        self.read(|secrets| secrets.values().any(Secret::has_a_version))
    }

    /// Whether there is no secret at all.
    pub(crate) fn are_none(&self) -> bool {
        self.read(Secrets::is_empty)
    }

    /// Whether there is a secret of that name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.read(|secrets| secrets.contains_key(name))
    }

    /// The current text of a secret.
    pub(crate) fn current(&self, name: &str) -> Option<String> {
        self.read(|secrets| secrets.get(name)?.current_text().map(str::to_owned))
    }

    /// Answers one operation as Secrets Manager would.
    pub(crate) fn answer(&self, operation: &str, body: &[u8]) -> Answer {
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
            _ => Err(Failure::UnknownOperation),
        };
        match result {
            Ok(body) => Answer::new(200, CONTENT_TYPE, body.to_string()),
            Err(failure) => failure.answer(),
        }
    }

    /// Answers an operation that a person asks for; in case of a refusal with its text.
    pub(crate) fn ask(&self, operation: &str, request: &Json) -> Result<Json, String> {
        let answer = self.answer(operation, request.to_string().as_bytes());
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
        change: impl FnOnce(&mut Secrets, Q) -> Result<Json, Failure>,
    ) -> Result<Json, Failure> {
        let request = parse(body)?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = secrets.clone();
        let answer = change(&mut changed, request)?;
        if let Some(path) = &self.path {
            file::write(path, &changed).map_err(|error| Failure::Internal(error.to_string()))?;
        }
        *secrets = changed;
        Ok(answer)
    }
}

impl std::fmt::Debug for SecretsManager {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretsManager")
    }
}

fn parse<Q: DeserializeOwned>(body: &[u8]) -> Result<Q, Failure> {
    // serde's own words may quote what it read, and that may be a secret.
    serde_json::from_slice(body)
        .map_err(|_| Failure::InvalidParameter("The request is not what it has to be.".into()))
}

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Why an operation was refused.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    NotFound(String),
    Exists(String),
    InvalidParameter(String),
    InvalidRequest(String),
    UnknownOperation,
    Internal(String),
}

impl Failure {
    fn answer(self) -> Answer {
        let (status, kind, message) = match self {
            Self::NotFound(message) => (400, "ResourceNotFoundException", message),
            Self::Exists(message) => (400, "ResourceExistsException", message),
            Self::InvalidParameter(message) => (400, "InvalidParameterException", message),
            Self::InvalidRequest(message) => (400, "InvalidRequestException", message),
            Self::UnknownOperation => (400, "UnknownOperationException", String::new()),
            Self::Internal(message) => (500, "InternalServiceError", message),
        };
        let body = json!({ "__type": kind, "Message": message });
        Answer::new(status, CONTENT_TYPE, body.to_string())
    }
}

#[cfg(test)]
mod tests;
