//! Notes that are taken while a request is served, for its log line.

use std::sync::{Arc, Mutex, PoisonError};

use lambda_http::Request;
use uuid::Uuid;

use crate::model::{Action, ClientId, OrgId};

/// The facts about a request so far. All values are typed; none contains the caller's text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes {
    /// The client. At the token endpoint it is the client ID from the request, not yet verified.
    pub client: Option<ClientId>,
    /// The org of the client, once the client is verified.
    pub org: Option<OrgId>,
    /// The action that a verified caller requests from the management API.
    pub action: Option<Action>,
    /// The resource of that action.
    pub resource: Option<Uuid>,
    /// The seconds for which the signing key has signed, if this request read the keys.
    pub signing_key_age: Option<u64>,
}

/// The notes of one request. They are part of the request, so they survive its time limit. For a
/// request without a [`super::Recorder`], the notebook keeps nothing.
#[derive(Clone, Debug, Default)]
pub struct Notebook(Option<Arc<Mutex<Notes>>>);

impl Notebook {
    pub(super) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// The notebook of a request.
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
