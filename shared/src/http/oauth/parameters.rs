//! The parameters of a token request.

use std::collections::BTreeMap;
use std::fmt;

use lambda_http::Request;
use lambda_http::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::TokenError;
use crate::http::json::{self, InvalidJson};
use crate::http::{form, is_encoded, is_printable};

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
    /// [`TokenError::InvalidRequest`], or [`TokenError::UnsupportedEncoding`].
    pub fn parse(request: &Request) -> Result<Self, TokenError> {
        if is_encoded(request) {
            return Err(TokenError::UnsupportedEncoding);
        }
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
        let starts_with_mark = |(name, _): &(String, String)| name.starts_with('\u{feff}');
        if pairs.first().is_some_and(starts_with_mark) {
            return Err(TokenError::InvalidRequest(
                "The request body starts with a byte order mark.",
            ));
        }
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.add(name, value)?;
        }
        Ok(parameters)
    }

    fn from_json(body: &[u8]) -> Result<Self, TokenError> {
        let Value::Object(members) = json::parse(body).map_err(not_json)? else {
            return Err(TokenError::InvalidRequest(
                "The request body must be a JSON object.",
            ));
        };
        let mut parameters = Self::default();
        for (name, value) in members {
            match value {
                Value::String(value) => parameters.add(name, value)?,
                Value::Null => {}
                Value::Array(values) if may_repeat(&name) => {
                    for (index, value) in values.into_iter().enumerate() {
                        let Value::String(value) = value else {
                            return Err(wrong_type(&format!("/{name}/{index}"), "a string"));
                        };
                        parameters.add(name.clone(), value)?;
                    }
                }
                _ if may_repeat(&name) => {
                    let types = "a string or an array of strings";
                    return Err(wrong_type(&format!("/{name}"), types));
                }
                _ if is_known(&name) => return Err(wrong_type(&format!("/{name}"), "a string")),
                _ => {}
            }
        }
        Ok(parameters)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), TokenError> {
        if value.is_empty() {
            return Ok(());
        }
        if !may_repeat(&name) && !self.all(&name).is_empty() {
            return Err(repeated(&name));
        }
        self.0.entry(name).or_default().push(value);
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

fn repeated(name: &str) -> TokenError {
    const WHY: &str = "A parameter is included more than once.";
    if !is_printable(name) {
        return TokenError::InvalidRequest(WHY);
    }
    let description = format!("The parameter {name} is included more than once.");
    TokenError::InvalidRequestAt(WHY, description)
}

fn wrong_type(pointer: &str, types: &str) -> TokenError {
    let description = format!("The value at {pointer} must be {types}.");
    TokenError::InvalidRequestAt("A parameter value has the wrong JSON type.", description)
}

fn not_json(invalid: InvalidJson) -> TokenError {
    let description = match &invalid {
        InvalidJson::Repeated(Some(pointer)) => {
            format!("The member at {pointer} is included more than once.")
        }
        invalid => invalid.to_string(),
    };
    TokenError::InvalidRequestAt(invalid.as_str(), description)
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
