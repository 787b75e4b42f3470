//! `POST /auth/decisions`: tells whether the access policies of the caller permit requests, or those of the
//! client of a token that the caller presents.

use shared::authorization::{Authenticated, Bearer};
use shared::decisions::Decisions;
use shared::fault::Fault;
use shared::http::Issuer;
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Cause, Document, DocumentId, Occasion, Problem,
    Resource as _, Verb, Work,
};
use shared::model::Action;
use shared::random::Randomness;
use shared::refusal::Refusal;
use shared::runtime::Environment;
use shared::store::Store;

use crate::resource::ShownDecisions;

/// The state of an instance.
pub(crate) struct DecideState {
    decisions: Decisions,
    issuer: Issuer,
    randomness: Randomness,
}

pub(crate) const VERB: Verb<DecideState> = Verb {
    route: "POST /auth/decisions",
    action: Action::GET_CLIENT,
    parameters: &[],
    work: Work::Ask(|state, call| Box::pin(decide(state, call))),
};

impl DecideState {
    pub(crate) fn new(environment: &Environment, store: Store) -> Self {
        Self {
            decisions: Decisions::new(environment, store),
            issuer: Issuer::new(environment),
            randomness: environment.randomness.clone(),
        }
    }
}

async fn decide(
    state: &DecideState,
    call: AuthorizedRequest<'_, Authenticated>,
) -> Result<Answer, ApiError> {
    let Document {
        attributes,
        relationships,
    } = Document::parse(call.request, ShownDecisions::TYPE, DocumentId::New)?;
    let asked = attributes.choose::<ShownDecisions>(&Occasion::Create)?;
    relationships.finish()?;
    let issuer = state.issuer.of(call.request);
    let audience = state.issuer.default_audience(call.request);
    let other = asked.token.as_deref().map(|token| Bearer {
        token,
        issuer: &issuer,
        audience: &audience,
    });
    let decisions = state.decisions.decide(call.caller, other, &asked.requests);
    let decisions = decisions.await.map_err(|refusal| match refusal {
        Refusal::NotFound => not_of_the_org(),
        refusal => refusal.into(),
    })?;
    let id = state.randomness.uuid().map_err(Fault::from)?;
    Ok(Answer::to_question(&ShownDecisions { id, decisions }))
}

/// The same whatever is wrong with the token, so that it tells nothing about another org.
fn not_of_the_org() -> ApiError {
    let pointer = "/data/attributes/token";
    let detail =
        "token must be a valid access token of this service, of a client in the caller's org.";
    Problem::at(Cause::InvalidValue, pointer, detail).into()
}
