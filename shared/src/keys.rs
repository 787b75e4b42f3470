//! Secrets Manager: the signing keys, and the first client's credentials.

mod versions;

use std::sync::{Arc, PoisonError, RwLock};

use aws_sdk_secretsmanager::Client;

use crate::environment::{Environment, VariableError};
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::token::KeyRing;
use crate::token::key_ring::KEPT_FOR;

pub use versions::{Label, Versions};

/// One secret.
#[derive(Clone, Debug)]
pub struct Secret {
    client: Client,
    id: String,
}

/// The key ring in memory, and the secret that it is read from.
#[derive(Debug)]
pub struct SigningKeys {
    secret: Secret,
    cached: RwLock<Cached>,
}

#[derive(Clone, Debug, Default)]
struct Cached {
    keys: Option<(Timestamp, Arc<KeyRing>)>,
    /// Whether the last look at the secret failed.
    is_doubtful: bool,
}

impl SigningKeys {
    /// The keys in the secret that `SIGNING_KEYS_SECRET` names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            secret: Secret::new(environment, "SIGNING_KEYS_SECRET")?,
            cached: RwLock::default(),
        })
    }

    /// Sees to it that a token that is counted now will most likely be signed: that there is a key
    /// for it in memory, of whatever age, and that Secrets Manager answered when asked last.
    ///
    /// # Errors
    /// When the secret has to be read for that and cannot be, or no key in it may sign now.
    pub async fn ready(&self, now: Timestamp) -> Result<(), Fault> {
        let cached = self.cached();
        let signs = |keys: &KeyRing| keys.signing_at(now).is_some();
        match cached.keys {
            Some((_, keys)) if !cached.is_doubtful && signs(&keys) => Ok(()),
            _ if signs(self.read(now).await?.as_ref()) => Ok(()),
            _ => Err(Fault::NoSigningKey),
        }
    }

    /// The keys, read again when those in memory are five minutes old.
    ///
    /// # Errors
    /// When they have to be read and cannot be: a key that may have been dropped signs nothing.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<KeyRing>, Fault> {
        match self.cached().keys {
            Some((read_at, keys)) if now.seconds_since(read_at) < KEPT_FOR => Ok(keys),
            _ => self.read(now).await,
        }
    }

    /// For how many seconds the key that signs at `now` has signed, when the keys in memory were
    /// read at `now`.
    #[must_use]
    pub fn age_when_read_at(&self, now: Timestamp) -> Option<u64> {
        let (_, keys) = self.cached().keys.filter(|(read_at, _)| *read_at == now)?;
        Some(now.seconds_since(keys.signs_from(now)?))
    }

    fn cached(&self) -> Cached {
        self.cached
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn read(&self, now: Timestamp) -> Result<Arc<KeyRing>, Fault> {
        let keys = self.secret.find().await.and_then(|text| {
            let text = text.ok_or(Fault::NoSigningKey)?;
            KeyRing::parse(&text).map_err(|_| Fault::Unreadable("signing key secret"))
        });
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        cached.is_doubtful = keys.is_err();
        let keys = Arc::new(keys?);
        cached.keys = Some((now, Arc::clone(&keys)));
        Ok(keys)
    }
}

impl Secret {
    /// The secret that a variable names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(environment: &Environment, variable: &'static str) -> Result<Self, VariableError> {
        Ok(Self {
            client: Client::new(&environment.aws),
            id: environment.variables.required(variable)?.to_owned(),
        })
    }

    /// Its current text; `None` when nothing was put into it yet.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn find(&self) -> Result<Option<String>, Fault> {
        self.text(None).await
    }

    /// Whether something was put into it; the text itself is not read.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn has_text(&self) -> Result<bool, Fault> {
        Ok(self.versions().await?.with(Label::Current).is_some())
    }

    /// Puts the first text into it, unless somebody was faster; whether it did.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn insert(&self, text: &str) -> Result<bool, Fault> {
        // Every first text goes under the same token, so that only one of them can win.
        let token = "latchkey-first-version-00000000-0000";
        self.insert_version(token, text, &[Label::Current]).await
    }
}
