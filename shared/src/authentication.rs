//! Client authentication (RFC 6749 §2.3): from a client's credentials to an
//! [`AuthenticatedClient`], independent of any protocol.

use crate::model::{
    AppClient, AppClientSecret, ClientId, ClientSecret, SecretHash, SecretId, SecretMatch, Secrets,
    Timestamp,
};

/// Credentials from a request: well formed, not yet verified.
#[derive(Debug)]
pub struct ClientCredentials {
    /// The client whose id they contain.
    pub client: ClientId,
    secret: SecretHash,
}

/// A client with verified credentials that can get tokens. Only [`authenticate`] creates one.
#[derive(Debug)]
pub struct AuthenticatedClient<'a> {
    client: &'a AppClient,
    secret: &'a AppClientSecret,
}

/// Why a client is not authenticated. Only for the log: the response must not reveal it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// The client ID, the secret or both are missing.
    NoCredentials,
    /// The credentials are malformed. The text is a public description, if their form shows the
    /// mistake; it says nothing about a client.
    Malformed(Option<&'static str>),
    /// The client does not exist.
    UnknownClient,
    /// The secret is wrong.
    WrongSecret,
    /// The secret was correct until its end.
    ExpiredSecret,
    /// The secret is correct, but the client is disabled.
    DisabledClient,
}

/// Verifies a client's credentials at `now`. However many secrets the client has, a correct, an
/// expired and a wrong secret cost the same work, as does a disabled client.
///
/// It is `async` for authentication methods that need a fetch, such as that of keys. Verifying a
/// secret needs none.
///
/// # Errors
/// [`Unauthenticated`].
pub async fn authenticate<'a>(
    credentials: &ClientCredentials,
    client: &'a AppClient,
    now: Timestamp,
) -> Result<AuthenticatedClient<'a>, Unauthenticated> {
    let matching = client.secrets.matching(&credentials.secret, now);
    match (matching, client.is_enabled()) {
        (SecretMatch::Live(secret), true) => Ok(AuthenticatedClient { client, secret }),
        (SecretMatch::Live(_), false) => Err(Unauthenticated::DisabledClient),
        (SecretMatch::Expired(_), _) => Err(Unauthenticated::ExpiredSecret),
        (SecretMatch::None, _) => Err(Unauthenticated::WrongSecret),
    }
}

/// Refuses the credentials of a client that does not exist, after the same work as in
/// [`authenticate`].
#[must_use]
pub fn refuse_unknown(credentials: &ClientCredentials, now: Timestamp) -> Unauthenticated {
    let _ = Secrets::NONE.matching(&credentials.secret, now);
    Unauthenticated::UnknownClient
}

impl ClientCredentials {
    /// The id of the secret, if it is or was one of the client's. It reveals nothing about the secret.
    #[must_use]
    pub fn secret_id(&self) -> SecretId {
        SecretId::of(self.client, &self.secret)
    }

    /// Parses a `client_id` and a `client_secret`. The secret is hashed at once.
    ///
    /// # Errors
    /// [`Unauthenticated::Malformed`] when one of them is malformed.
    pub fn parse(client_id: &str, client_secret: &str) -> Result<Self, Unauthenticated> {
        let client = ClientId::from_id(client_id);
        let secret = ClientSecret::parse(client_secret);
        let (Some(client), Some(secret)) = (client, secret) else {
            let mistake = mistake_in(client_id, &ID_MISTAKES);
            let mistake = mistake.or_else(|| mistake_in(client_secret, &SECRET_MISTAKES));
            return Err(Unauthenticated::Malformed(mistake));
        };
        Ok(Self {
            client,
            secret: secret.hash(),
        })
    }
}

/// What a text that was copied, or read from a file, contains by mistake: whitespace, quotation
/// marks, other characters.
type Mistakes = [&'static str; 3];

const ID_MISTAKES: Mistakes = [
    "The client_id contains whitespace or control characters.",
    "The client_id contains quotation marks.",
    "The client_id contains characters that are not in any client_id.",
];

const SECRET_MISTAKES: Mistakes = [
    "The client_secret contains whitespace or control characters.",
    "The client_secret contains quotation marks.",
    "The client_secret contains characters that are not in any client_secret.",
];

/// The mistake in the characters of a credential, if there is one. A typo among the right
/// characters is not described.
fn mistake_in(text: &str, [whitespace, quotes, others]: &Mistakes) -> Option<&'static str> {
    let has = |is_one: fn(char) -> bool| text.chars().any(is_one);
    let is_quote = |c| matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}');
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if has(|c| c.is_whitespace() || c.is_control()) {
        Some(whitespace)
    } else if has(is_quote) {
        Some(quotes)
    } else {
        has(is_other).then_some(*others)
    }
}

impl AuthenticatedClient<'_> {
    /// The secret with which the client authenticated.
    #[must_use]
    pub const fn secret(&self) -> &AppClientSecret {
        self.secret
    }
}

impl std::ops::Deref for AuthenticatedClient<'_> {
    type Target = AppClient;

    fn deref(&self) -> &AppClient {
        self.client
    }
}

impl Unauthenticated {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::Malformed(_) => "malformed_credentials",
            Self::UnknownClient => "unknown_client",
            Self::WrongSecret => "wrong_secret",
            Self::ExpiredSecret => "expired_secret",
            Self::DisabledClient => "disabled_client",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Randomness;

    const ID: &str = "23357fe83368484da040a6e672d59de1";

    fn mistake(id: &str, secret: &str) -> Option<&'static str> {
        match ClientCredentials::parse(id, secret) {
            Ok(_) => None,
            Err(Unauthenticated::Malformed(mistake)) => mistake,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_mistake_in_a_copied_secret_is_described() {
        let secret = ClientSecret::generate(&Randomness::of_the_system()).unwrap();
        let secret = secret.reveal();
        assert!(ClientCredentials::parse(ID, secret).is_ok());
        let [whitespace, quotes, others] = SECRET_MISTAKES;
        for (before, after, expected) in [
            ("", "\n", whitespace),
            ("", "\r\n", whitespace),
            (" ", "", whitespace),
            ("\t", "\u{a0}", whitespace),
            ("", "\0", whitespace),
            ("\"", "\"\n", whitespace),
            ("\"", "\"", quotes),
            ("'", "'", quotes),
            ("\u{201c}", "\u{201d}", quotes),
            ("", ",", others),
            ("", "%0A", others),
            ("\u{feff}", "", others),
            ("${", "}", others),
        ] {
            let copied = format!("{before}{secret}{after}");
            assert_eq!(mistake(ID, &copied), Some(expected), "{before}…{after}");
            let copied = format!("{before}{ID}{after}");
            let place = SECRET_MISTAKES.iter().position(|it| *it == expected);
            let expected = ID_MISTAKES[place.unwrap()];
            assert_eq!(mistake(&copied, secret), Some(expected));
            assert_eq!(mistake(&copied, "\n"), Some(expected));
        }
    }

    #[test]
    fn a_typo_is_not_described() {
        for (id, secret) in [(ID, "lk_secret_x"), ("no-client", ""), ("", "")] {
            let parsed = ClientCredentials::parse(id, secret);
            let malformed = parsed.unwrap_err();
            assert_eq!(malformed, Unauthenticated::Malformed(None));
        }
    }
}
