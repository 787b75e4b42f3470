//! Which client asks for a token: from credentials to an [`AuthenticatedClient`], whatever protocol
//! brought them (RFC 6749 §2.3).

use crate::model::{AppClient, ClientId, ClientSecret, SecretHash};

/// Credentials from a request: well formed, not yet verified.
#[derive(Debug)]
pub struct ClientCredentials {
    /// The client that they name.
    pub client: ClientId,
    secret: SecretHash,
}

/// A client whose credentials are verified, and that may get tokens. Nothing but [`authenticate`]
/// makes one.
#[derive(Debug)]
pub struct AuthenticatedClient<'a>(&'a AppClient);

/// Why a client is not authenticated; for the log alone, since callers must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// There are no credentials, or not both halves of them.
    NoCredentials,
    /// The credentials cannot be any client's.
    Malformed,
    /// There is no such client.
    UnknownClient,
    /// The secret is not the client's.
    WrongSecret,
    /// The secret is the client's, and the client is disabled.
    DisabledClient,
}

/// Verifies a client's credentials. A wrong secret and a disabled client are refused after the same
/// work.
///
/// It is `async` for methods that have to fetch something, such as keys; a secret needs nothing.
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

/// Refuses the credentials of a client that does not exist, after the work that [`authenticate`]
/// does for one that exists.
#[must_use]
pub fn refuse_unknown(credentials: &ClientCredentials) -> Unauthenticated {
    let _ = credentials.secret.matches(&SecretHash::OF_NOTHING);
    Unauthenticated::UnknownClient
}

impl ClientCredentials {
    /// Reads a `client_id` and a `client_secret`. The secret is hashed at once.
    ///
    /// # Errors
    /// [`Unauthenticated::Malformed`] when they cannot be any client's.
    pub fn parse(client_id: &str, client_secret: &str) -> Result<Self, Unauthenticated> {
        let client = ClientId::from_client_id(client_id).ok_or(Unauthenticated::Malformed)?;
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
    /// Its name in the log.
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
