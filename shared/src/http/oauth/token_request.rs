//! Token requests.

use lambda_http::Request;
use lambda_http::http::Method;

use super::client_authentication::client_credentials;
use super::{Parameters, TokenError};
use crate::authentication::ClientCredentials;
use crate::runtime::is_readable;

/// A well-formed request to the token endpoint.
#[derive(Debug)]
pub struct TokenRequest {
    /// The client's credentials, not yet verified.
    pub credentials: ClientCredentials,
    /// The requested grant.
    pub grant: Grant,
}

/// A grant (RFC 6749 §1.3), one variant for each supported `grant_type`.
#[derive(Debug)]
pub enum Grant {
    /// `client_credentials` (RFC 6749 §4.4)
    ClientCredentials(ClientCredentialsRequest),
}

/// The parameters of the client credentials grant.
#[derive(Debug)]
pub struct ClientCredentialsRequest {
    /// `scope`, unparsed.
    pub scope: Option<String>,
    /// All values of `audience`, unparsed.
    pub audience: Vec<String>,
    /// All values of `resource` (RFC 8707 §2), unparsed.
    pub resource: Vec<String>,
}

impl TokenRequest {
    /// Parses a request.
    ///
    /// # Errors
    /// Every error that shows in the request itself.
    pub fn parse(request: &Request) -> Result<Self, TokenError> {
        if !is_readable(request) {
            return Err(TokenError::InvalidRequest(
                "The request contains invalid characters.",
            ));
        }
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
