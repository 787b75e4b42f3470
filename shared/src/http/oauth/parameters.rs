//! The parameters of a token request.

use std::collections::BTreeMap;
use std::fmt;

use lambda_http::Request;
use lambda_http::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::TokenError;
use crate::http::{form, json};

/// In bytes. No valid request to this endpoint is longer.
const MAX_BODY: usize = 64 * 1024;

/// The parameters in a request's body (RFC 6749 §3.2). An empty one counts as omitted. Only
/// `audience` and `resource` may be repeated.
#[derive(Default)]
pub struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Parses the body, a form (RFC 6749 §4.4.2) or a JSON object.
    ///
    /// # Errors
    /// [`TokenError::InvalidRequest`].
    pub fn parse(request: &Request) -> Result<Self, TokenError> {
        let body = request.body().as_ref();
        if body.len() > MAX_BODY {
            return Err(TokenError::InvalidRequest(
                "The request body exceeds 65536 bytes.",
            ));
        }
        match media_type(request).as_deref() {
            Some("application/x-www-form-urlencoded") => Self::from_form(body),
            Some("application/json") => Self::from_json(body),
            _ => Err(TokenError::InvalidRequest(
                "Content-Type must be application/x-www-form-urlencoded or application/json.",
            )),
        }
    }

    fn from_form(body: &[u8]) -> Result<Self, TokenError> {
        let pairs = form::pairs(body)
            .map_err(|_| TokenError::InvalidRequest("The request body contains invalid UTF-8."))?;
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.add(name, value)?;
        }
        Ok(parameters)
    }

    fn from_json(body: &[u8]) -> Result<Self, TokenError> {
        const WRONG_TYPE: TokenError =
            TokenError::InvalidRequest("A parameter value has the wrong JSON type.");
        let Ok(Value::Object(members)) = json::parse(body) else {
            return Err(TokenError::InvalidRequest(
                "The request body must be a JSON object without duplicate names.",
            ));
        };
        let mut parameters = Self::default();
        for (name, value) in members {
            match value {
                Value::String(value) => parameters.add(name, value)?,
                Value::Null => {}
                Value::Array(values) if may_repeat(&name) => {
                    for value in values {
                        let value = value.as_str().ok_or(WRONG_TYPE)?;
                        parameters.add(name.clone(), value.to_owned())?;
                    }
                }
                _ if is_known(&name) => return Err(WRONG_TYPE),
                _ => {}
            }
        }
        Ok(parameters)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), TokenError> {
        if value.is_empty() {
            return Ok(());
        }
        let repeatable = may_repeat(&name);
        let values = self.0.entry(name).or_default();
        if !values.is_empty() && !repeatable {
            return Err(TokenError::InvalidRequest(
                "A parameter is included more than once.",
            ));
        }
        values.push(value);
        Ok(())
    }

    /// The value of a parameter that is not repeated.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// All values of a parameter.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Whether a parameter may be repeated: a client may name several resources (RFC 8707 §2), and so
/// several audiences.
fn may_repeat(name: &str) -> bool {
    matches!(name, "audience" | "resource")
}

fn is_known(name: &str) -> bool {
    may_repeat(name)
        || matches!(
            name,
            "grant_type"
                | "scope"
                | "client_id"
                | "client_secret"
                | "client_assertion"
                | "client_assertion_type"
        )
}

fn media_type(request: &Request) -> Option<String> {
    let header = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = header.split(';').next().unwrap_or_default();
    Some(media_type.trim().to_ascii_lowercase())
}

/// Only the names: some values are secrets.
impl fmt::Debug for Parameters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
