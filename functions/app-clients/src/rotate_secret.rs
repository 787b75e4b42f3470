//! `POST /auth/app-clients/{id}/rotate-secret`: gives an App Client a new secret. From then on the
//! others are rejected, except for the previous one during an overlap. A repeat with the same
//! `Idempotency-Key` gets the same secret.

use shared::app_clients::Rotation;
use shared::http::jsonapi::{
    Answer, ApiError, Attribute, AuthorizedRequest, Document, DocumentId, Kind, Occasion, Omitted,
    Preset, Resource as _, Verb, When, Work,
};
use shared::model::precondition::{Held, Precondition};
use shared::model::{Action, ClientId, Overlap, RotatedEnd};

use crate::resource::ShownClient;
use crate::state::SecretState;

pub(crate) const VERB: Verb<SecretState> = Verb {
    route: "POST /auth/app-clients/{id}/rotate-secret",
    action: Action::ROTATE_SECRET,
    parameters: &[],
    work: Work::Write(|state, call, precondition| Box::pin(rotate(state, call, precondition))),
};

/// The attributes of a rotation. No response shows them.
pub const ROTATION: &[Attribute<(), Rotation>] = &[
    Attribute {
        name: "overlapSeconds",
        kind: Kind::Number {
            bounds: Overlap::SECONDS,
            unit: "seconds",
            take: |rotation, seconds| {
                Overlap::from_seconds(seconds).map(|overlap| rotation.overlap = overlap)
            },
        },
        default: Some(Preset::Number(0)),
        create: When::Never,
        change: When::Optional,
        omitted: Omitted::Kept,
        show: |()| None,
    },
    Attribute {
        name: "expiresAt",
        kind: Kind::End {
            take: |rotation, end| rotation.expires_at = RotatedEnd::Set(end),
        },
        default: None,
        create: When::Never,
        change: When::Optional,
        omitted: Omitted::Reset(|rotation| rotation.expires_at = RotatedEnd::Set(None)),
        show: |()| None,
    },
];

async fn rotate(
    state: &SecretState,
    call: AuthorizedRequest<'_>,
    precondition: Precondition,
) -> Result<(Answer, Held), ApiError> {
    let id = call.id(ClientId::from_id)?;
    let repeatable = call.repeatable(&state.pepper)?;
    let rotation = read(&call, id)?;
    let rotated = state.clients.rotate_secret(
        &call.caller,
        id,
        rotation,
        &precondition,
        repeatable.as_ref(),
    );
    let (rotated, held) = rotated.await?;
    let is_repeat = rotated.is_repeat;
    let answer = Answer::one(&ShownClient::with_secret(rotated));
    Ok((answer.repeated(is_repeat), held))
}

/// The rotation that the document describes.
fn read(call: &AuthorizedRequest<'_>, id: ClientId) -> Result<Rotation, ApiError> {
    let id = id.to_string();
    let Document {
        attributes,
        relationships,
    } = Document::parse_unless_empty(call.request, ShownClient::TYPE, DocumentId::Existing(&id))?;
    let rotation = attributes.choose_by(ROTATION, &Occasion::Change(&()))?;
    relationships.finish()?;
    Ok(rotation)
}
