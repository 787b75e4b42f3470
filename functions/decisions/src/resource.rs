//! Decisions in JSON:API: `auth/decisions`.

use serde_json::{Map, Value, json};
use shared::decisions::Decisions;
use shared::http::jsonapi::{Attribute, Kind, Misfit, Omitted, Preset, Resource, When};
use shared::model::policy::{ActionName, PolicyDecision, Reason, Request, Resources as Target};
use shared::model::{Bounds, ResourceType};
use uuid::Uuid;

/// Decisions as the API shows them.
#[derive(Debug)]
pub struct ShownDecisions {
    pub(crate) id: Uuid,
    /// In the order of the requests.
    pub(crate) decisions: Vec<PolicyDecision>,
}

/// What is asked. It has no `Debug`, because it contains a token.
#[derive(Default)]
pub struct Asked {
    pub(crate) requests: Vec<Request>,
    pub(crate) token: Option<String>,
}

impl ShownDecisions {
    /// Decisions with this id, for an example.
    #[must_use]
    pub const fn new(id: Uuid, decisions: Vec<PolicyDecision>) -> Self {
        Self { id, decisions }
    }
}

/// The length of a token in a document. Those of this service are shorter.
const TOKEN: Bounds = Bounds {
    minimum: 1,
    maximum: 8_192,
};

impl Resource for ShownDecisions {
    type Desired = Asked;
    const TYPE: ResourceType = ResourceType::Decisions;
    const ATTRIBUTES: &'static [Attribute<Self, Asked>] = &[
        Attribute {
            name: "requests",
            kind: Kind::Structure {
                words: "1 to 100 requests, each with an `action` and a `resource` as in an access policy",
                schema: "Requests",
                take: |asked, sent| {
                    asked.requests = requests(sent)?;
                    Ok(())
                },
            },
            default: None,
            create: When::Required,
            change: When::Never,
            omitted: Omitted::Kept,
            show: |_| None,
        },
        Attribute {
            name: "token",
            kind: Kind::Text {
                length: TOKEN,
                rules: "; an access token of a client in the caller's org, on which to decide instead of the caller",
                take: |asked, text| {
                    asked.token = Some(text.to_owned());
                    Ok(())
                },
            },
            default: Some(Preset::Null),
            create: When::Optional,
            change: When::Never,
            omitted: Omitted::Kept,
            show: |_| None,
        },
        Attribute {
            name: "decisions",
            kind: Kind::Given(
                "the decisions, in the order of the requests: whether each is `allowed`, and the `rule` that decides, or `null`",
            ),
            default: None,
            create: When::Never,
            change: When::Never,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.decisions.iter().map(decision).collect()),
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn location(&self) -> Option<String> {
        None
    }
}

fn decision(decision: &PolicyDecision) -> Value {
    let rule = decision
        .rule
        .map(|(source, index)| json!({ "source": source.to_string(), "index": index }));
    json!({ "allowed": decision.allowed, "rule": rule })
}

fn requests(sent: &Value) -> Result<Vec<Request>, Misfit> {
    let whole = |reason| misfit(String::new(), reason);
    let list = sent.as_array();
    let list = list.ok_or_else(|| whole(Reason::Not("an array of requests")))?;
    match list.len() {
        0 => return Err(whole(Reason::Empty)),
        1..=Decisions::REQUESTS => {}
        _ => return Err(whole(Reason::MoreThan(Decisions::REQUESTS))),
    }
    let requests = list.iter().enumerate();
    let requests = requests.map(|(position, one)| request(&format!("/{position}"), one));
    requests.collect()
}

fn request(place: &str, sent: &Value) -> Result<Request, Misfit> {
    let at = |name: &str, reason| misfit(format!("{place}{name}"), reason);
    let members = sent.as_object();
    let members = members.ok_or_else(|| at("", Reason::Not("an object")))?;
    if members
        .keys()
        .any(|name| name != "action" && name != "resource")
    {
        return Err(at(
            "",
            Reason::Not("an object with only action and resource"),
        ));
    }
    let action = ActionName::parse(text(members, "action").map_err(|it| at("/action", it))?);
    let action = action.map_err(|reason| at("/action", reason))?;
    let target = Target::parse(text(members, "resource").map_err(|it| at("/resource", it))?);
    let target = target.map_err(|reason| at("/resource", reason))?;
    Request::new(action, &target).ok_or_else(|| at("/resource", Reason::NotApplicable))
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, Reason> {
    let member = members.get(name).ok_or(Reason::Missing)?;
    member.as_str().ok_or(Reason::Not("text"))
}

fn misfit(pointer: String, reason: Reason) -> Misfit {
    let reason = reason.to_string();
    Misfit { pointer, reason }
}
