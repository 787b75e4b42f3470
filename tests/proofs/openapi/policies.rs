//! The schemas of access policies and of decisions on them.

use decisions::ShownDecisions;
use serde_json::{Map, Value, json};
use shared::decisions::Decisions;
use shared::http::jsonapi::Resource as _;
use shared::model::policy::Policy;

use super::resources::{Purpose, request};
use super::schemas::{constant, object, uuid};

/// The schemas, by name.
pub(super) fn all() -> Map<String, Value> {
    let schemas = json!({
        "AccessPolicy": policy(),
        "Requests": requests(),
        "NewDecisions": request::<ShownDecisions>(Purpose::Create, None),
        "Decisions": decisions(),
    });
    schemas.as_object().unwrap().clone()
}

fn policy() -> Value {
    let rule = object(
        &[
            (
                "effect",
                json!({ "type": "string", "enum": ["Allow", "Deny"] }),
            ),
            (
                "action",
                names("An action `service:name`, or several; `*` is every action."),
            ),
            (
                "resource",
                names("A resource `service:type:id`, or several; `*` is every value of a part."),
            ),
        ],
        &["effect", "action", "resource"],
    );
    let rules = json!({ "type": "array", "items": rule, "maxItems": Policy::RULES });
    object(&[("rule", rules)], &["rule"])
}

fn names(description: &str) -> Value {
    let name = json!({ "type": "string" });
    let list = json!({ "type": "array", "items": name, "minItems": 1, "maxItems": Policy::NAMES });
    json!({ "description": description, "anyOf": [name, list] })
}

fn requests() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let request = object(
        &[
            ("action", text("An action `service:name`.")),
            ("resource", text("A resource `service:type:id`.")),
        ],
        &["action", "resource"],
    );
    json!({ "type": "array", "items": request, "minItems": 1, "maxItems": Decisions::REQUESTS })
}

fn decisions() -> Value {
    let rule = object(
        &[
            ("source", json!({ "anyOf": [constant("inline"), uuid()] })),
            ("index", json!({ "type": "integer", "minimum": 0 })),
        ],
        &["source", "index"],
    );
    let decision = object(
        &[
            ("allowed", json!({ "type": "boolean" })),
            (
                "rule",
                json!({
                    "description": "The rule that decides: its policy (`inline`, or the id of a role) and its \
                        place there. `null` if no rule matches.",
                    "anyOf": [rule, { "type": "null" }],
                }),
            ),
        ],
        &["allowed", "rule"],
    );
    let decisions = json!({ "type": "array", "items": decision });
    let data = object(
        &[
            ("type", constant(ShownDecisions::TYPE.as_str())),
            ("id", uuid()),
            (
                "attributes",
                object(&[("decisions", decisions)], &["decisions"]),
            ),
        ],
        &["type", "id", "attributes"],
    );
    object(&[("data", data)], &["data"])
}
