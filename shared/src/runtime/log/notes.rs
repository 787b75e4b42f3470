//! What is learnt of a request on its way, for its line in the log.

use std::sync::{Arc, Mutex, PoisonError};

use lambda_http::Request;
use uuid::Uuid;

use crate::model::{Action, ClientId, OrgId};

/// What is known of a request so far: values that cannot be anything but what they say, and nothing
/// that the caller worded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes {
    /// The client that asks. At the token endpoint, whoever it says it is.
    pub client: Option<ClientId>,
    /// The org of the client, once it is known who asks.
    pub org: Option<OrgId>,
    /// What a caller that is known asks of the management API.
    pub action: Option<Action>,
    /// The resource that it asks it for.
    pub resource: Option<Uuid>,
    /// For how many seconds the signing key has signed, when the keys were read for this request.
    pub signing_key_age: Option<u64>,
}

/// The notes of one request, which travel with it: they are still there when its time is over. A
/// request that no [`super::Recorder`] watches has a notebook that keeps nothing.
#[derive(Clone, Debug, Default)]
pub struct Notebook(Option<Arc<Mutex<Notes>>>);

impl Notebook {
    pub(super) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// The notebook that travels with a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// Takes a note.
    pub fn note(&self, write: impl FnOnce(&mut Notes)) {
        if let Some(notes) = &self.0 {
            write(&mut notes.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    pub(super) fn notes(&self) -> Notes {
        let notes = self.0.as_ref();
        notes.map_or_else(Notes::default, |notes| {
            *notes.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }
}
