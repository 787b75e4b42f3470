use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::Request;
use lambda_http::http::header::AUTHORIZATION;

use super::{Parameters, TokenError, Unauthenticated};
use crate::http::form;
use crate::model::{AppClient, ClientId, ClientSecret, SecretHash};

/// Who asks, and what it shows for it; well-formed, and no more is known.
#[derive(Debug)]
pub struct ClientCredentials {
    /// Who it says it is.
    pub client: ClientId,
    secret: SecretHash,
}

/// A client that has shown that it is the one, and may get tokens. Nothing but [`authenticate`]
/// makes one.
#[derive(Debug)]
pub struct AuthenticatedClient<'a>(&'a AppClient);

/// Believes a client's credentials, or not. A wrong secret and a disabled client get the same
/// answer after the same work.
///
/// It is `async` for methods that have to fetch something, such as keys; a secret needs nothing.
///
/// # Errors
/// [`TokenError::InvalidClient`].
pub async fn authenticate<'a>(
    credentials: &ClientCredentials,
    client: &'a AppClient,
) -> Result<AuthenticatedClient<'a>, TokenError> {
    let matches = credentials.secret.matches(&client.secret);
    match (matches, client.is_enabled()) {
        (true, true) => Ok(AuthenticatedClient(client)),
        (true, false) => Err(refused(Unauthenticated::DisabledClient)),
        (false, _) => Err(refused(Unauthenticated::WrongSecret)),
    }
}

/// Refuses the credentials of a client that does not exist, as those of one that does.
#[must_use]
pub fn refuse_unknown(credentials: &ClientCredentials) -> TokenError {
    let _ = credentials.secret.matches(&SecretHash::OF_NOTHING);
    refused(Unauthenticated::UnknownClient)
}

const fn refused(why: Unauthenticated) -> TokenError {
    TokenError::InvalidClient(why)
}

impl std::ops::Deref for AuthenticatedClient<'_> {
    type Target = AppClient;

    fn deref(&self) -> &AppClient {
        self.0
    }
}

impl ClientCredentials {
    /// Finds the credentials in a request: in the `Authorization` header or in the body
    /// (RFC 6749 §2.3.1).
    ///
    /// # Errors
    /// [`TokenError::InvalidRequest`] when there is more than one method (§2.3), and
    /// [`TokenError::InvalidClient`] when there is none or they cannot be anybody's.
    pub(super) fn parse(request: &Request, parameters: &Parameters) -> Result<Self, TokenError> {
        refuse_credentials_in_the_uri(request)?;
        let (id, secret) = (parameters.one("client_id"), parameters.one("client_secret"));
        let has_assertion = parameters.one("client_assertion").is_some();
        let mut headers = request.headers().get_all(AUTHORIZATION).iter();
        let methods = usize::from(headers.next().is_some())
            + headers.count()
            + usize::from(secret.is_some())
            + usize::from(has_assertion);
        if methods > 1 {
            return Err(TokenError::InvalidRequest(
                "The client authenticates in more than one way.",
            ));
        }
        if let Some(header) = request.headers().get(AUTHORIZATION) {
            let (basic_id, basic_secret) =
                basic(header.as_bytes()).ok_or(refused(Unauthenticated::Malformed))?;
            if id.is_some_and(|id| id != basic_id) {
                return Err(TokenError::InvalidRequest(
                    "The client_id of the body is not that of the Authorization header.",
                ));
            }
            return Self::well_formed(&basic_id, &basic_secret);
        }
        match (id, secret) {
            (Some(id), Some(secret)) => Self::well_formed(id, secret),
            _ => Err(refused(Unauthenticated::NoCredentials)),
        }
    }

    fn well_formed(id: &str, secret: &str) -> Result<Self, TokenError> {
        let malformed = || refused(Unauthenticated::Malformed);
        let client = ClientId::from_client_id(id).ok_or_else(malformed)?;
        let secret = ClientSecret::parse(secret).ok_or_else(malformed)?;
        Ok(Self {
            client,
            secret: secret.hash(),
        })
    }
}

/// RFC 6749 §2.3.1: credentials "MUST NOT be included in the request URI", where logs would keep
/// them.
fn refuse_credentials_in_the_uri(request: &Request) -> Result<(), TokenError> {
    let query = request.uri().query().unwrap_or_default();
    let named = |name: &[u8]| {
        let pairs = query.split('&');
        let mut names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
        names
            .any(|found| form::decode(found.as_bytes()).is_ok_and(|found| found.as_bytes() == name))
    };
    if named(b"client_secret") || named(b"client_assertion") || named(b"client_id") {
        return Err(TokenError::InvalidRequest(
            "Credentials must not be in the URI.",
        ));
    }
    Ok(())
}

/// RFC 7617 §2, with the form encoding that RFC 6749 §2.3.1 puts below it.
fn basic(header: &[u8]) -> Option<(String, String)> {
    let (scheme, encoded) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let mut halves = decoded.splitn(2, |byte| *byte == b':');
    let id = form::decode(halves.next()?).ok()?;
    let secret = form::decode(halves.next()?).ok()?;
    Some((id, secret))
}
