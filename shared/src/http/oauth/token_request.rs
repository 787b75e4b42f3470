use lambda_http::Request;
use lambda_http::http::Method;

use super::client_authentication::client_credentials;
use super::{Parameters, TokenError};
use crate::authentication::ClientCredentials;

/// A request to the token endpoint, well-formed.
#[derive(Debug)]
pub struct TokenRequest {
    /// Who asks.
    pub credentials: ClientCredentials,
    /// What it asks for, and by what right.
    pub grant: Grant,
}

/// A grant (RFC 6749 §1.3): one variant for each `grant_type` that there is.
#[derive(Debug)]
pub enum Grant {
    /// `client_credentials` (RFC 6749 §4.4)
    ClientCredentials(ClientCredentialsRequest),
}

/// What a client asks for on its own behalf.
#[derive(Debug)]
pub struct ClientCredentialsRequest {
    /// `scope`, as it was sent.
    pub scope: Option<String>,
    /// `audience`s, as they were sent.
    pub audience: Vec<String>,
    /// `resource`s (RFC 8707 §2), as they were sent.
    pub resource: Vec<String>,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// Whatever can be told from the request alone.
    pub fn parse(request: &Request) -> Result<Self, TokenError> {
        if request.method() != Method::POST {
            return Err(TokenError::MethodNotAllowed);
        }
        let parameters = Parameters::parse(request)?;
        let grant = match parameters.one("grant_type") {
            Some("client_credentials") => Grant::ClientCredentials(ClientCredentialsRequest {
                scope: parameters.one("scope").map(str::to_owned),
                audience: parameters.all("audience").to_vec(),
                resource: parameters.all("resource").to_vec(),
            }),
            Some(_) => return Err(TokenError::UnsupportedGrantType),
            None => {
                return Err(TokenError::InvalidRequest(
                    "The grant_type parameter is missing.",
                ));
            }
        };
        Ok(Self {
            credentials: client_credentials(request, &parameters)?,
            grant,
        })
    }
}
