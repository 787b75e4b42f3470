//! Secrets Manager's JSON protocol: parses requests, and writes results and errors.

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::aws::response::ServiceResponse;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Reads the body of a request.
pub(super) fn parse<Q: DeserializeOwned>(body: &[u8]) -> Result<Q, ServiceError> {
    // The message of serde is not used: it may quote a secret.
    serde_json::from_slice(body)
        .map_err(|_| ServiceError::InvalidParameter("The request is malformed.".into()))
}

/// The response to an operation.
pub(super) fn response(result: Result<Json, ServiceError>) -> ServiceResponse {
    match result {
        Ok(body) => ServiceResponse::new(200, CONTENT_TYPE, body.to_string()),
        Err(error) => error.response(),
    }
}

/// An error of Secrets Manager, with its message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ServiceError {
    NotFound(String),
    Exists(String),
    InvalidParameter(String),
    InvalidRequest(String),
    UnknownOperation,
    Internal(String),
}

impl ServiceError {
    fn response(self) -> ServiceResponse {
        let (status, kind, message) = match self {
            Self::NotFound(message) => (400, "ResourceNotFoundException", message),
            Self::Exists(message) => (400, "ResourceExistsException", message),
            Self::InvalidParameter(message) => (400, "InvalidParameterException", message),
            Self::InvalidRequest(message) => (400, "InvalidRequestException", message),
            Self::UnknownOperation => (400, "UnknownOperationException", String::new()),
            Self::Internal(message) => (500, "InternalServiceError", message),
        };
        let body = json!({ "__type": kind, "Message": message });
        ServiceResponse::new(status, CONTENT_TYPE, body.to_string())
    }
}
