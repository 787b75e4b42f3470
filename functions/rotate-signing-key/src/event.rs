//! The events that the function accepts.

use serde::Deserialize;
use serde_json::{Error, Value};

/// An event for the function.
pub(crate) enum Event {
    /// A step of a rotation, from Secrets Manager.
    Rotation(RotationRequest),
    /// `{"emergency": "drop-every-older-key"}`, from a person.
    Emergency,
}

/// A step of the rotation of a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RotationRequest {
    pub(crate) step: RotationStep,
    /// The secret's ARN.
    pub(crate) secret_id: String,
    /// The id of the version that the rotation creates.
    pub(crate) client_request_token: String,
}

/// The four steps, in order.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::enum_variant_names, reason = "the names are Secrets Manager's")]
pub(crate) enum RotationStep {
    CreateSecret,
    SetSecret,
    TestSecret,
    FinishSecret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Emergency {
    #[serde(rename = "emergency")]
    _order: Order,
}

/// Spelled out, to prevent an accidental emergency.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    DropEveryOlderKey,
}

impl Event {
    pub(crate) fn parse(event: Value) -> Result<Self, Error> {
        if event.get("emergency").is_some() {
            serde_json::from_value::<Emergency>(event).map(|_| Self::Emergency)
        } else {
            serde_json::from_value(event).map(Self::Rotation)
        }
    }
}
