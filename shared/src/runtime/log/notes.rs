//! Notes that are taken while a request is served, for its log line.

use std::sync::{Arc, Mutex, PoisonError};

use lambda_http::Request;
use uuid::Uuid;

use crate::fault::Fault;
use crate::model::policy::PolicyDecision;
use crate::model::{Action, Changes, ClientId, OrgId, SecretId, Timestamp};

/// The maximum number of unreadable resources in a line, so that no list makes it long.
const MAX_UNREADABLE: usize = 10;

/// The facts about a request so far. All values are typed; none contains the caller's text.
#[derive(Debug, Default)]
pub struct Notes {
    /// The client. At the token endpoint it is the client ID from the request, not yet verified.
    pub client: Option<ClientId>,
    /// The org of the client, once the client is verified.
    pub org: Option<OrgId>,
    /// The action that a verified caller requests from the management API.
    pub action: Option<Action>,
    /// Whether an operator requests the recovery of a client from bootstrap.
    pub is_recovery: bool,
    /// What the caller's policies say about it.
    pub decision: Option<PolicyDecision>,
    /// The resource of that action.
    pub resource: Option<Uuid>,
    /// What that action changes of the resource.
    pub changes: Option<Changes>,
    /// Whether that action repeats a former one, and so changes nothing.
    pub is_repeat: bool,
    /// The secret that was refused, or that ends soon and gets its first token of the day.
    pub secret: Option<SecretId>,
    /// The end of that secret, if it ends soon.
    pub secret_end: Option<Timestamp>,
    /// Whether the token is issued for a secret that ends soon.
    pub has_ending_secret: bool,
    /// The `jti` of the issued token.
    pub jti: Option<Uuid>,
    /// The `kid` of the key that signed it.
    pub kid: Option<Arc<str>>,
    /// The seconds for which the signing key has signed, if this request read the keys.
    pub signing_key_age: Option<u64>,
    /// The seconds by which the clock is behind the publication of the signing key, if this request
    /// read the keys.
    pub clock_behind: Option<u64>,
    /// The resources that the request found unreadable, the first ones, and why.
    pub(super) unreadable: Vec<(Uuid, Fault)>,
}

impl Notes {
    /// Notes that a stored attribute of a resource cannot be read.
    pub fn unreadable(&mut self, resource: Uuid, attribute: &'static str) {
        if self.unreadable.len() < MAX_UNREADABLE {
            let fault = Fault::Unreadable(attribute);
            self.unreadable.push((resource, fault));
        }
    }
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

    /// Notes a resource that cannot be read. Other faults say nothing about it.
    pub fn note_unreadable(&self, resource: impl Into<Uuid>, fault: &Fault) {
        if let Fault::Unreadable(attribute) = *fault {
            self.note(|notes| notes.unreadable(resource.into(), attribute));
        }
    }

    /// Takes all notes, at the end of the request.
    pub(super) fn take(&self) -> Notes {
        let notes = self.0.as_ref();
        notes.map_or_else(Notes::default, |notes| {
            std::mem::take(&mut notes.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }
}
