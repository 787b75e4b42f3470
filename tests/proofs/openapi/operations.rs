//! The operations, one for each route.

use serde_json::{Map, Value, json};
use shared::http::jsonapi::{Cause, MEDIA_TYPE};
use shared::model::{Action, ManagedRole};

use super::errors::{self, Responses, example, response};
use super::examples;
use super::links;
use super::schemas::schema;

/// The schema of a request body, and an example.
type Body = (&'static str, fn() -> Value);
/// The schema of a response body, and examples by name.
type Content = (&'static str, fn() -> Map<String, Value>);

/// One operation.
pub(super) struct Operation {
    /// The route key.
    pub(super) route: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: &'static str,
    access: Access,
    parameters: &'static [&'static str],
    body: Option<Body>,
    success: Success,
    /// Besides those of every management operation.
    causes: &'static [Cause],
}

/// Who may call an operation.
enum Access {
    /// Clients with their credentials.
    Credentials,
    /// Callers with a token whose roles permit this.
    Permission(Action),
    /// Everyone. Whether the function reads the table.
    Public { is_read: bool },
}

/// The successful response.
struct Success {
    status: &'static str,
    description: &'static str,
    content: Option<Content>,
    headers: &'static [&'static str],
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

/// Every operation.
pub(super) fn all() -> impl Iterator<Item = Operation> {
    [
        Operation {
            route: "POST /oauth/token",
            id: "issueToken",
            tag: "Tokens",
            summary: "Get an access token",
            description: "Exchanges client credentials for an access token (RFC 6749 section 4.4). Send \
                the credentials in the body or by HTTP Basic, not both. Reuse a token until shortly \
                before it expires: a client has a quota of tokens per hour.",
            access: Access::Credentials,
            parameters: &[],
            body: Some(("TokenRequest", examples::token_request)),
            success: Success {
                status: "200",
                description: "An access token",
                content: Some(("TokenResponse", || example(examples::token_response()))),
                headers: &["RateLimit", "RateLimit-Policy"],
            },
            causes: &[],
        },
        Operation {
            route: "POST /auth/app-clients",
            id: "createAppClient",
            tag: "App Clients",
            summary: "Create an App Client",
            description: "Creates an App Client in the caller's org. Store `clientSecret` now: no later \
                response contains it.",
            access: Access::Permission(Action::CreateAppClient),
            parameters: &[],
            body: Some(("NewAppClient", examples::new_client)),
            success: Success {
                status: "201",
                description: "The new App Client with its secret",
                content: Some(("AppClientDocument", || example(examples::secret()))),
                headers: &["Location"],
            },
            causes: &[Cause::ClientGeneratedId],
        },
        Operation {
            route: "GET /auth/app-clients",
            id: "listAppClients",
            tag: "App Clients",
            summary: "List App Clients",
            description: "Lists the App Clients of the caller's org, oldest first, in pages.",
            access: Access::Permission(Action::ListAppClients),
            parameters: &["PageSize", "PageAfter"],
            body: None,
            success: ok("One page", Some(("AppClients", || example(examples::clients())))),
            causes: &[],
        },
        Operation {
            route: "GET /auth/app-clients/{id}",
            id: "getAppClient",
            tag: "App Clients",
            summary: "Get an App Client",
            description: "Returns one App Client, without its secret.",
            access: Access::Permission(Action::GetAppClient),
            parameters: &["AppClientId"],
            body: None,
            success: ok("The App Client", Some(("AppClientDocument", || example(examples::one_client())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "PATCH /auth/app-clients/{id}",
            id: "updateAppClient",
            tag: "App Clients",
            summary: "Update an App Client",
            description: "Changes the attributes and the role that the document contains; the others stay. \
                After the response, every new token is issued under the new state.",
            access: Access::Permission(Action::UpdateAppClient),
            parameters: &["AppClientId"],
            body: Some(("AppClientChange", examples::change)),
            success: ok(
                "The App Client after the change",
                Some(("AppClientDocument", || example(examples::one_client()))),
            ),
            causes: &[Cause::NotFound, Cause::LastAdministrator],
        },
        Operation {
            route: "DELETE /auth/app-clients/{id}",
            id: "deleteAppClient",
            tag: "App Clients",
            summary: "Delete an App Client",
            description: "Deletes an App Client. After the response it gets no token.",
            access: Access::Permission(Action::DeleteAppClient),
            parameters: &["AppClientId"],
            body: None,
            success: Success {
                status: "204",
                description: "Deleted",
                content: None,
                headers: &[],
            },
            causes: &[Cause::NotFound, Cause::LastAdministrator],
        },
        Operation {
            route: "POST /auth/app-clients/{id}/rotate-secret",
            id: "rotateSecret",
            tag: "App Clients",
            summary: "Rotate a client secret",
            description: "Replaces the client's secret. The old one stops working at once. Store the new \
                one now: no later response contains it.",
            access: Access::Permission(Action::RotateAppClientSecret),
            parameters: &["AppClientId"],
            body: None,
            success: ok(
                "The App Client with its new secret",
                Some(("AppClientDocument", || example(examples::secret()))),
            ),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "GET /auth/roles",
            id: "listRoles",
            tag: "Roles",
            summary: "List roles, or find one by its name",
            description: "Lists all roles by name. With `filter[name]`, returns the role with exactly this \
                name, or `null`.",
            access: Access::Permission(Action::ListRoles),
            parameters: &["RoleName"],
            body: None,
            success: ok("The roles, or one role or `null`", Some(("Roles", role_examples))),
            causes: &[],
        },
        Operation {
            route: "GET /auth/roles/{id}",
            id: "getRole",
            tag: "Roles",
            summary: "Get a role",
            description: "Returns one role.",
            access: Access::Permission(Action::GetRole),
            parameters: &["RoleId"],
            body: None,
            success: ok("The role", Some(("RoleDocument", || example(examples::one_role())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "GET /.well-known/jwks.json",
            id: "getKeySet",
            tag: "Metadata",
            summary: "Get the key set",
            description: "Returns the public keys that verify access tokens (RFC 7517).",
            access: Access::Public { is_read: true },
            parameters: &[],
            body: None,
            success: ok("The key set", Some(("KeySet", || example(examples::key_set())))),
            causes: &[],
        },
        metadata("GET /.well-known/oauth-authorization-server", "getAuthorizationServer", "Authorization server metadata (RFC 8414)."),
        metadata("GET /.well-known/openid-configuration", "getOpenidConfiguration", "The same metadata, under the path of OpenID Connect Discovery."),
        Operation {
            route: "GET /openapi.json",
            id: "getDescription",
            tag: "Metadata",
            summary: "Get this document",
            description: "Returns the description of the API (OpenAPI 3.1).",
            access: Access::Public { is_read: false },
            parameters: &[],
            body: None,
            success: ok("The description", Some(("Description", Map::new))),
            causes: &[],
        },
    ]
    .into_iter()
}

const fn ok(description: &'static str, content: Option<Content>) -> Success {
    Success {
        status: "200",
        description,
        content,
        headers: &[],
    }
}

const fn metadata(route: &'static str, id: &'static str, description: &'static str) -> Operation {
    Operation {
        route,
        id,
        tag: "Metadata",
        summary: "Get the metadata of the authorization server",
        description,
        access: Access::Public { is_read: false },
        parameters: &[],
        body: None,
        success: ok("The metadata", Some(("AuthorizationServer", Map::new))),
        causes: &[],
    }
}

fn role_examples() -> Map<String, Value> {
    let examples = [
        ("all", examples::roles()),
        ("one", examples::one_role()),
        ("none", examples::no_role()),
    ];
    let examples = examples.map(|(name, value)| (name.to_owned(), json!({ "value": value })));
    Map::from_iter(examples)
}

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
        "PageSize": {
            "name": "page[size]",
            "in": "query",
            "description": "The number of resources on the page.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 },
        },
        "PageAfter": {
            "name": "page[after]",
            "in": "query",
            "description": "A cursor from `links.next`.",
            "schema": { "type": "string" },
        },
        "RoleName": {
            "name": "filter[name]",
            "in": "query",
            "description": "The exact name of a role.",
            "schema": { "type": "string" },
            "example": ManagedRole::CareTeamUser.name(),
        },
        "IfMatch": precondition("If-Match", "The request is meant for one of these states only (RFC 9110 \
            section 13.1.1). Send the `ETag` of the state that you know."),
        "IfNoneMatch": precondition("If-None-Match", "The request is not meant for these states (RFC 9110 \
            section 13.1.2). A GET for a state that you know gets 304."),
    })
}

fn precondition(header: &str, description: &str) -> Value {
    json!({
        "name": header,
        "in": "header",
        "description": description,
        "schema": { "type": "string" },
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
            Access::Permission(_) => &["IfMatch", "IfNoneMatch"][..],
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
                json!({ "required": true, "content": Map::from_iter(content) });
        }
        operation
    }

    fn description(&self) -> String {
        match self.access {
            Access::Permission(action) => {
                format!("{} Requires `{}`.", self.description, action.as_str())
            }
            _ => self.description.to_owned(),
        }
    }

    fn security(&self) -> Value {
        match self.access {
            Access::Credentials => json!([{ "clientSecretBasic": [] }, {}]),
            Access::Permission(_) => json!([{ "oauth2": [] }, { "bearer": [] }]),
            Access::Public { .. } => json!([]),
        }
    }

    fn responses(&self) -> Responses {
        let mut responses = match self.access {
            Access::Credentials => errors::token(),
            Access::Public { is_read } => errors::metadata(is_read),
            Access::Permission(_) => {
                let document = self.body.iter().flat_map(|_| DOCUMENT);
                let causes = COMMON.into_iter().chain(document);
                let causes: Vec<_> = causes.chain(self.causes.iter().copied()).collect();
                errors::management(&causes)
            }
        };
        let media_type = match self.access {
            Access::Permission(_) => MEDIA_TYPE,
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
        if media_type == MEDIA_TYPE && self.success.content.is_some() {
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
