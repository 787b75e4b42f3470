//! Administrators: the clients that can undo every other change in their org.

use super::{AppClient, ClientId, ManagedRole, Revision, Timestamp};

/// An administrator, in the state in which it was read: an enabled client whose one role is Builder
/// Admin, without an inline policy, and with a live secret. An org always keeps one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// The client.
    pub id: ClientId,
    /// The revision of that state.
    pub revision: Revision,
}

impl Administrator {
    /// The client as an administrator at `now`; `None` if it is none.
    #[must_use]
    pub fn of(client: &AppClient, now: Timestamp) -> Option<Self> {
        let mut roles = client.roles.iter().map(|role| role.id);
        let administers = client.is_enabled()
            && roles.next() == Some(ManagedRole::BuilderAdmin.id())
            && roles.next().is_none()
            && client.policy.is_none()
            && client.secrets.live(now).next().is_some();
        administers.then_some(Self {
            id: client.id,
            revision: client.revision,
        })
    }
}

/// Whether a client stops being an administrator by a change at `now`. `changed` is the client
/// afterwards; `None` if it is deleted.
#[must_use]
pub fn ends_administration(
    former: &AppClient,
    changed: Option<&AppClient>,
    now: Timestamp,
) -> bool {
    let is_one = |client: &AppClient| Administrator::of(client, now).is_some();
    is_one(former) && !changed.is_some_and(is_one)
}
