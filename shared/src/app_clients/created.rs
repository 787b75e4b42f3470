//! The result of an operation that gives a client a secret.

use crate::model::{AccessPolicy, AppClient, ClientSecret, LastUses};

/// A client with a new secret.
#[derive(Debug)]
pub struct Created {
    /// The client.
    pub client: AppClient,
    /// The days of its last uses.
    pub last_uses: LastUses,
    /// Its inline policy.
    pub policy: Option<AccessPolicy>,
    /// The secret. Only its hash is stored.
    pub secret: ClientSecret,
    /// Whether a former request made the change, which this one repeats.
    pub is_repeat: bool,
}
