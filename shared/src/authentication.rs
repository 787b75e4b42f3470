//! Client authentication (RFC 6749 §2.3): from a client's credentials to an
//! [`AuthenticatedClient`], independent of any protocol.

use crate::model::{AppClient, ClientId, ClientSecret, SecretHash};

/// Credentials from a request: well formed, not yet verified.
#[derive(Debug)]
pub struct ClientCredentials {
    /// The client whose id they contain.
    pub client: ClientId,
    secret: SecretHash,
}

/// A client with verified credentials that can get tokens. Only [`authenticate`] creates one.
#[derive(Debug)]
pub struct AuthenticatedClient<'a>(&'a AppClient);

/// Why a client is not authenticated. Only for the log: the response must not reveal it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// The client ID, the secret or both are missing.
    NoCredentials,
    /// The credentials are malformed.
    Malformed,
    /// The client does not exist.
    UnknownClient,
    /// The secret is wrong.
    WrongSecret,
    /// The secret is correct, but the client is disabled.
    DisabledClient,
}

/// Verifies a client's credentials. A wrong secret and a disabled client cost the same work.
///
/// It is `async` for authentication methods that need a fetch, such as that of keys. Verifying a
/// secret needs none.
///
/// # Errors
/// [`Unauthenticated`].
pub async fn authenticate<'a>(
    credentials: &ClientCredentials,
    client: &'a AppClient,
) -> Result<AuthenticatedClient<'a>, Unauthenticated> {
    let matches = credentials.secret.matches(&client.secret);
    match (matches, client.is_enabled()) {
        (true, true) => Ok(AuthenticatedClient(client)),
        (true, false) => Err(Unauthenticated::DisabledClient),
        (false, _) => Err(Unauthenticated::WrongSecret),
    }
}

/// Refuses the credentials of a client that does not exist, after the same work as in
/// [`authenticate`].
#[must_use]
pub fn refuse_unknown(credentials: &ClientCredentials) -> Unauthenticated {
    let _ = credentials.secret.matches(&SecretHash::OF_NOTHING);
    Unauthenticated::UnknownClient
}

impl ClientCredentials {
    /// Parses a `client_id` and a `client_secret`. The secret is hashed at once.
    ///
    /// # Errors
    /// [`Unauthenticated::Malformed`] when one of them is malformed.
    pub fn parse(client_id: &str, client_secret: &str) -> Result<Self, Unauthenticated> {
        let client = ClientId::from_id(client_id).ok_or(Unauthenticated::Malformed)?;
        let secret = ClientSecret::parse(client_secret).ok_or(Unauthenticated::Malformed)?;
        Ok(Self {
            client,
            secret: secret.hash(),
        })
    }
}

impl std::ops::Deref for AuthenticatedClient<'_> {
    type Target = AppClient;

    fn deref(&self) -> &AppClient {
        self.0
    }
}

impl Unauthenticated {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::Malformed => "malformed_credentials",
            Self::UnknownClient => "unknown_client",
            Self::WrongSecret => "wrong_secret",
            Self::DisabledClient => "disabled_client",
        }
    }
}
