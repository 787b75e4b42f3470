//! One operation, as an operation object of the document.

use serde_json::{Map, Value, json};
use shared::http::IDEMPOTENCY_KEY;
use shared::http::jsonapi::{Cause, MEDIA_TYPE};
use shared::model::{Action, ClientOrder, ManagedRole};

use super::errors::{self, Responses, response};
use super::examples;
use super::links;
use super::schemas::schema;

/// The schema of a request body, and an example.
type Body = (&'static str, fn() -> Value);
/// The schema of a response body, and examples by name.
pub(super) type Content = (&'static str, fn() -> Map<String, Value>);

/// One operation.
pub(super) struct Operation {
    /// The route key.
    pub(super) route: &'static str,
    pub(super) id: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) access: Access,
    pub(super) parameters: &'static [&'static str],
    pub(super) body: Option<Body>,
    pub(super) success: Success,
    /// Besides those of every management operation.
    pub(super) causes: &'static [Cause],
}

/// Who may call an operation.
pub(super) enum Access {
    /// Clients with their credentials.
    Credentials,
    /// Callers with a token whose policies permit this.
    Permission(Action),
    /// Callers with a token, whatever their policies.
    Token,
    /// Everyone. Whether the function reads the table.
    Public { is_read: bool },
}

/// The successful response.
pub(super) struct Success {
    pub(super) status: &'static str,
    pub(super) description: &'static str,
    pub(super) content: Option<Content>,
    pub(super) headers: &'static [&'static str],
}

/// The causes of errors that every management operation shares.
const COMMON: [Cause; 8] = [
    Cause::Unreadable,
    Cause::NoToken,
    Cause::InvalidToken,
    Cause::NotPermitted,
    Cause::NotAcceptable,
    Cause::InvalidParameter,
    Cause::InvalidPrecondition,
    Cause::PreconditionFailed,
];
/// Those of a request with a document.
const DOCUMENT: [Cause; 10] = [
    Cause::UnsupportedMediaType,
    Cause::UnsupportedEncoding,
    Cause::TooLong,
    Cause::Malformed,
    Cause::WrongResource,
    Cause::Missing,
    Cause::Unknown,
    Cause::ReadOnly,
    Cause::InvalidValue,
    Cause::RelatedNotFound,
];

/// The parameters that operations refer to.
pub(super) fn shared_parameters() -> Value {
    let id = |example: String, description: &str| {
        json!({
            "name": "id",
            "in": "path",
            "required": true,
            "description": description,
            "schema": { "type": "string", "format": "uuid" },
            "example": example,
        })
    };
    json!({
        "AppClientId": id(examples::ID.to_string(), "The `id` of the App Client, not its `clientId`."),
        "RoleId": id(ManagedRole::BuilderAdmin.id().to_string(), "The `id` of the role."),
        "SecretId": {
            "name": "secretId",
            "in": "path",
            "required": true,
            "description": "The `id` of the secret.",
            "schema": { "type": "string", "format": "uuid" },
            "example": examples::SECRET_ID.to_string(),
        },
        "PageSize": {
            "name": "page[size]",
            "in": "query",
            "description": "The number of resources on the page.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 },
        },
        "RolePageSize": {
            "name": "page[size]",
            "in": "query",
            "description": "The number of resources on the page.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 100 },
        },
        "PageAfter": {
            "name": "page[after]",
            "in": "query",
            "description": "A cursor from `links.next`.",
            "schema": { "type": "string" },
        },
        "ClientName": {
            "name": "filter[name]",
            "in": "query",
            "description": "The start of a name, in upper or lower case.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        },
        "ClientStatus": {
            "name": "filter[status]",
            "in": "query",
            "description": "A status.",
            "schema": { "type": "string", "enum": ["enabled", "disabled"] },
        },
        "ClientRole": {
            "name": "filter[role]",
            "in": "query",
            "description": "The `id` of a role.",
            "schema": { "type": "string", "format": "uuid" },
        },
        "ClientId": {
            "name": "filter[clientId]",
            "in": "query",
            "description": "The `clientId` or the `id` of an App Client. The list then has one page.",
            "schema": { "type": "string", "pattern": CLIENT_ID },
        },
        "ClientOrder": {
            "name": "sort",
            "in": "query",
            "description": "The order; a minus reverses it. The default is `createdAt`, or `name` with \
                `filter[name]`.",
            "schema": { "type": "string", "enum": ClientOrder::ALL.map(ClientOrder::as_str) },
        },
        "RoleName": {
            "name": "filter[name]",
            "in": "query",
            "description": "The exact name of a role.",
            "schema": { "type": "string" },
            "example": ManagedRole::CareTeamUser.name(),
        },
        "IdempotencyKey": {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "description": "A unique key for the request, such as a UUID. For 24 hours, the same caller gets the \
                same secret again by repeating the request with it.",
            // Visible ASCII without the comma.
            "schema": { "type": "string", "pattern": r"^[!-+\--~]{1,255}$" },
        },
        "IfMatch": precondition("If-Match", "The request is meant for one of these states only (RFC 9110 \
            section 13.1.1). Send the `ETag` of the state that you know, or `*` for any state.", "*"),
        "IfNoneMatch": precondition("If-None-Match", "The request is not meant for these states (RFC 9110 \
            section 13.1.2). A GET for a state that you know gets 304.", errors::TAG),
    })
}

/// A UUID with hyphens or without.
const CLIENT_ID: &str = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$";

/// `*`, or a list of entity tags in ASCII. The service also accepts empty elements and UTF-8 (RFC 9110
/// section 8.8.3), but API Gateway rejects other bytes, and no tag of the service has one beyond ASCII.
const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*)$"#;

/// `example` must not fail an otherwise successful request: tools send it.
fn precondition(header: &str, description: &str, example: &str) -> Value {
    json!({
        "name": header,
        "in": "header",
        "description": description,
        "schema": { "type": "string", "pattern": TAGS, "examples": [example] },
    })
}

impl Operation {
    /// The operation object.
    pub(super) fn value(&self) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description(),
            "security": self.security(),
            "responses": self.responses(),
        });
        let preconditions = match self.access {
            // What is new has no state yet: no precondition helps.
            Access::Permission(Action::CREATE_CLIENT | Action::CREATE_ROLE) => &[],
            // A question has none.
            Access::Token if self.id == "decide" => &[],
            Access::Permission(_) | Access::Token => &["IfMatch", "IfNoneMatch"][..],
            _ => &[],
        };
        let parameters = self.parameters.iter().chain(preconditions);
        let parameters: Vec<_> = parameters
            .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
            .collect();
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some((name, example)) = self.body {
            let content = json!({ "schema": schema(name), "example": example() });
            let media_types = match self.access {
                Access::Credentials => ["application/x-www-form-urlencoded", "application/json"],
                _ => [MEDIA_TYPE, "application/json"],
            };
            let content = media_types.map(|media_type| (media_type.to_owned(), content.clone()));
            operation["requestBody"] =
                json!({ "required": !self.may_be_empty(), "content": Map::from_iter(content) });
        }
        operation
    }

    /// Whether an empty body is one without attributes.
    fn may_be_empty(&self) -> bool {
        matches!(self.id, "rotateSecret" | "addSecret")
    }

    fn description(&self) -> String {
        match self.access {
            Access::Permission(action) => {
                format!("{} Requires `{}`.", self.description, action.as_str())
            }
            Access::Token => format!("{} Requires no permission.", self.description),
            _ => self.description.to_owned(),
        }
    }

    fn security(&self) -> Value {
        match self.access {
            Access::Credentials => json!([{ "clientSecretBasic": [] }, {}]),
            Access::Permission(_) | Access::Token => {
                json!([{ "oauth2": [] }, { "bearer": [] }])
            }
            Access::Public { .. } => json!([]),
        }
    }

    fn responses(&self) -> Responses {
        let mut responses = match self.access {
            Access::Credentials => errors::token(),
            Access::Public { is_read } => errors::metadata(is_read),
            Access::Permission(_) | Access::Token => {
                let document = self.body.iter().flat_map(|_| DOCUMENT);
                let is_free = matches!(self.access, Access::Token);
                let common = COMMON.into_iter();
                let common = common.filter(|cause| !is_free || *cause != Cause::NotPermitted);
                let causes = common.chain(document);
                let causes: Vec<_> = causes.chain(self.causes.iter().copied()).collect();
                errors::management(&causes)
            }
        };
        let media_type = match self.access {
            Access::Permission(_) | Access::Token => MEDIA_TYPE,
            _ => "application/json",
        };
        let mut success = match self.success.content {
            None => json!({ "description": self.success.description }),
            Some((name, examples)) => response(
                self.success.description,
                media_type,
                name,
                examples(),
                self.success.headers,
            ),
        };
        let is_read = self.route.starts_with("GET ");
        let has_state = self.success.content.is_some() && self.id != "decide";
        if media_type == MEDIA_TYPE && has_state {
            success["headers"]["ETag"] = errors::header("ETag");
        }
        if media_type == MEDIA_TYPE && is_read {
            let unchanged = json!({
                "description": "The state is one that `If-None-Match` names",
                "headers": { "ETag": errors::header("ETag") },
            });
            responses.insert("304".to_owned(), unchanged);
        }
        let links = links::of(self.id);
        if !links.is_empty() {
            success["links"] = Value::Object(links);
        }
        responses.insert(self.success.status.to_owned(), success);
        responses
    }
}
