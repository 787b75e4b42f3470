//! Query parameters.

use std::collections::BTreeMap;

use lambda_http::Request;

use super::cause::Cause;
use super::error::{ApiError, Problem, Source};
use crate::http::{form, is_printable};

const NOT_UTF8: &str = "The query string contains invalid UTF-8.";

/// The query parameters of a request, from the raw query string. API Gateway's parsed ones join
/// repeated values with commas.
#[derive(Debug)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Parses the query parameters. `known` lists those of the endpoint.
    ///
    /// # Errors
    /// [`Cause::InvalidParameter`] when one is unknown, repeated, or not UTF-8.
    pub fn parse(request: &Request, known: &[&str]) -> Result<Self, ApiError> {
        let raw = request.uri().query().unwrap_or_default();
        let pairs = form::pairs(raw.as_bytes())
            .map_err(|_| Problem::new(Cause::InvalidParameter, Source::Request, NOT_UTF8))?;
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs {
            if !known.contains(&name.as_str()) {
                let source = match is_printable(&name) {
                    true => Source::Parameter(name),
                    false => Source::Request,
                };
                let detail = match known {
                    [] => "Unknown query parameter. This endpoint has none.".to_owned(),
                    _ => format!("Unknown query parameter. Use {}.", known.join(", ")),
                };
                return Err(Problem::new(Cause::InvalidParameter, source, detail).into());
            }
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Self::problem(
                    &name,
                    "The query parameter is included more than once.",
                ));
            }
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// An error that points to a parameter.
    #[must_use]
    pub fn problem(name: &str, detail: &str) -> ApiError {
        let source = Source::Parameter(name.to_owned());
        Problem::new(Cause::InvalidParameter, source, detail).into()
    }
}
