//! The operations, one for each route.

use serde_json::{Map, Value, json};
use shared::http::jsonapi::Cause;
use shared::model::Action;

use super::errors::example;
use super::examples;
use super::operation::{Access, Content, Operation, Success};

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
            description: "Creates an App Client in the caller's org. Store `clientSecret` now: only a \
                repeat with the same `Idempotency-Key` gets it again.",
            access: Access::Permission(Action::CREATE_CLIENT),
            parameters: &["IdempotencyKey"],
            body: Some(("NewAppClient", examples::new_client)),
            success: Success {
                status: "201",
                description: "The new App Client with its secret",
                content: Some(("AppClientDocument", || example(examples::secret()))),
                headers: &["Location", "Idempotency-Replayed"],
            },
            causes: &[
                Cause::ClientGeneratedId,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
                Cause::GrantsChanged,
                Cause::InvalidKey,
                Cause::KeyReused,
                Cause::ResultUnavailable,
            ],
        },
        Operation {
            route: "GET /auth/app-clients",
            id: "listAppClients",
            tag: "App Clients",
            summary: "List App Clients",
            description: "Lists the App Clients of the caller's org in pages, oldest first unless `sort` \
                or `filter[name]` says otherwise. A client on the list matches all filters. With a filter by \
                status or role, or by name in the order of `createdAt`, a request examines up to 1,000 \
                clients: a page may be short, or empty, while `links.next` leads to more.",
            access: Access::Permission(Action::LIST_CLIENTS),
            parameters: &[
                "ClientName",
                "ClientStatus",
                "ClientRole",
                "ClientId",
                "ClientOrder",
                "PageSize",
                "PageAfter",
            ],
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
            access: Access::Permission(Action::GET_CLIENT),
            parameters: &["AppClientId"],
            body: None,
            success: ok("The App Client", Some(("AppClientDocument", || example(examples::one_client())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "GET /auth/app-clients/me",
            id: "getOwnAppClient",
            tag: "App Clients",
            summary: "Get the calling App Client",
            description: "Returns the App Client that the access token was issued to, as its own endpoint \
                does. `links.self` is the URL of that endpoint.",
            access: Access::Token,
            parameters: &[],
            body: None,
            success: ok("The calling App Client", Some(("AppClientDocument", || example(examples::one_client())))),
            causes: &[],
        },
        Operation {
            route: "PATCH /auth/app-clients/{id}",
            id: "updateAppClient",
            tag: "App Clients",
            summary: "Update an App Client",
            description: "Changes the attributes and the roles that the document contains; the others stay. \
                `null` returns an attribute to its default, if its schema allows `null`. After the response, \
                every new token is issued under the new state.",
            access: Access::Permission(Action::UPDATE_CLIENT),
            parameters: &["AppClientId"],
            body: Some(("AppClientChange", examples::change)),
            success: ok(
                "The App Client after the change",
                Some(("AppClientDocument", || example(examples::one_client()))),
            ),
            causes: CHANGE,
        },
        Operation {
            route: "PUT /auth/app-clients/{id}",
            id: "replaceAppClient",
            tag: "App Clients",
            summary: "Replace an App Client",
            description: "Changes an App Client to what the document contains. An omitted `description`, \
                `accessTokenLifetime` or `tokenQuota` returns to its default. The `status`, the \
                `accessPolicy` and the secret stay unless the document or a rotation changes them. Creates no App Client.",
            access: Access::Permission(Action::UPDATE_CLIENT),
            parameters: &["AppClientId"],
            body: Some(("AppClientReplacement", examples::replacement)),
            success: ok(
                "The App Client after the change",
                Some(("AppClientDocument", || example(examples::one_client()))),
            ),
            causes: CHANGE,
        },
        Operation {
            route: "DELETE /auth/app-clients/{id}",
            id: "deleteAppClient",
            tag: "App Clients",
            summary: "Delete an App Client",
            description: "Deletes an App Client. After the response it gets no token.",
            access: Access::Permission(Action::DELETE_CLIENT),
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
            description: "Gives the client a new secret. The others stop working at once. With \
                `overlapSeconds`, the newest of them stays valid for that time, but not beyond its own end. \
                Without `expiresAt`, the new secret keeps its predecessor's validity in days. Store the new \
                secret now: only a repeat with the same `Idempotency-Key` gets it again.",
            access: Access::Permission(Action::ROTATE_SECRET),
            parameters: &["AppClientId", "IdempotencyKey"],
            body: Some(("SecretRotation", examples::rotation)),
            success: Success {
                headers: &["Idempotency-Replayed"],
                ..ok(
                    "The App Client with its new secret",
                    Some(("AppClientDocument", || example(examples::secret()))),
                )
            },
            causes: &[
                Cause::NotFound,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
                Cause::GrantsChanged,
                Cause::SecretsChanged,
                Cause::NothingToOverlap,
                Cause::InvalidKey,
                Cause::KeyReused,
                Cause::ResultUnavailable,
            ],
        },
        Operation {
            route: "GET /auth/app-clients/{id}/secrets",
            id: "listSecrets",
            tag: "Client secrets",
            summary: "List the secrets of an App Client",
            description: "Lists the live secrets of an App Client, oldest first: none, one or two.",
            access: Access::Permission(Action::GET_CLIENT),
            parameters: &["AppClientId"],
            body: None,
            success: ok("The secrets", Some(("AppClientSecrets", || example(examples::secrets())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "POST /auth/app-clients/{id}/secrets",
            id: "addSecret",
            tag: "Client secrets",
            summary: "Add a secret to an App Client",
            description: "Adds a secret. The existing one stays valid. If the client has two, the new secret \
                replaces the one that was added last, which stops working at once; `meta.replaced` names it. \
                Store `clientSecret` now: only a repeat with the same `Idempotency-Key` gets it again.",
            access: Access::Permission(Action::ROTATE_SECRET),
            parameters: &["AppClientId", "IdempotencyKey"],
            body: Some(("NewAppClientSecret", examples::new_secret)),
            success: Success {
                status: "201",
                description: "The new secret",
                content: Some(("AddedAppClientSecret", || example(examples::added_secret()))),
                headers: &["Location", "Idempotency-Replayed"],
            },
            causes: &[
                Cause::ClientGeneratedId,
                Cause::NotFound,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
                Cause::GrantsChanged,
                Cause::SecretsChanged,
                Cause::InvalidKey,
                Cause::KeyReused,
                Cause::ResultUnavailable,
            ],
        },
        Operation {
            route: "GET /auth/app-clients/{id}/secrets/{secretId}",
            id: "getSecret",
            tag: "Client secrets",
            summary: "Get a secret of an App Client",
            description: "Returns one live secret, without `clientSecret`.",
            access: Access::Permission(Action::GET_CLIENT),
            parameters: &["AppClientId", "SecretId"],
            body: None,
            success: ok("The secret", Some(("AppClientSecretDocument", || example(examples::one_secret())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "PATCH /auth/app-clients/{id}/secrets/{secretId}",
            id: "changeSecret",
            tag: "Client secrets",
            summary: "Change the end of a secret",
            description: "Changes `expiresAt` of a live secret. `null` removes the end.",
            access: Access::Permission(Action::ROTATE_SECRET),
            parameters: &["AppClientId", "SecretId"],
            body: Some(("AppClientSecretChange", examples::secret_change)),
            success: ok(
                "The secret after the change",
                Some(("AppClientSecretDocument", || example(examples::one_secret()))),
            ),
            causes: CREDENTIAL,
        },
        Operation {
            route: "DELETE /auth/app-clients/{id}/secrets/{secretId}",
            id: "deleteSecret",
            tag: "Client secrets",
            summary: "Delete a secret of an App Client",
            description: "Deletes a live secret, which stops working at once. A client without a secret gets \
                no token.",
            access: Access::Permission(Action::ROTATE_SECRET),
            parameters: &["AppClientId", "SecretId"],
            body: None,
            success: Success {
                status: "204",
                description: "Deleted",
                content: None,
                headers: &[],
            },
            causes: &[
                Cause::NotFound,
                Cause::LastAdministrator,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
                Cause::GrantsChanged,
            ],
        },
        Operation {
            route: "GET /auth/roles",
            id: "listRoles",
            tag: "Roles",
            summary: "List roles, or find one by its name",
            description: "Lists the managed roles and those of the org in pages, by name. With `filter[name]`, \
                returns the role with exactly this name, or `null`.",
            access: Access::Permission(Action::LIST_ROLES),
            parameters: &["RoleName", "RolePageSize", "PageAfter"],
            body: None,
            success: ok("One page, or one role or `null`", Some(("Roles", role_examples))),
            causes: &[],
        },
        Operation {
            route: "GET /auth/roles/{id}",
            id: "getRole",
            tag: "Roles",
            summary: "Get a role",
            description: "Returns one role.",
            access: Access::Permission(Action::GET_ROLE),
            parameters: &["RoleId"],
            body: None,
            success: ok("The role", Some(("RoleDocument", || example(examples::one_role())))),
            causes: &[Cause::NotFound],
        },
        Operation {
            route: "POST /auth/roles",
            id: "createRole",
            tag: "Roles",
            summary: "Create a role",
            description: "Creates a role in the caller's org. The caller must hold everything that its \
                access policy permits.",
            access: Access::Permission(Action::CREATE_ROLE),
            parameters: &[],
            body: Some(("NewRole", examples::new_role)),
            success: Success {
                status: "201",
                description: "The new role",
                content: Some(("RoleDocument", || example(examples::own_role()))),
                headers: &["Location"],
            },
            causes: &[
                Cause::ClientGeneratedId,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
                Cause::NameTaken,
                Cause::TooManyRoles,
            ],
        },
        Operation {
            route: "PATCH /auth/roles/{id}",
            id: "updateRole",
            tag: "Roles",
            summary: "Update a role",
            description: "Changes the description and the access policy of a role, as far as the document \
                contains them. The change holds from the next management request of the App Clients that have \
                the role.",
            access: Access::Permission(Action::UPDATE_ROLE),
            parameters: &["RoleId"],
            body: Some(("RoleChange", examples::role_change)),
            success: ok(
                "The role after the change",
                Some(("RoleDocument", || example(examples::own_role()))),
            ),
            causes: &[
                Cause::NotFound,
                Cause::ManagedRole,
                Cause::ExceedsPermissions,
                Cause::CallerChanged,
            ],
        },
        Operation {
            route: "DELETE /auth/roles/{id}",
            id: "deleteRole",
            tag: "Roles",
            summary: "Delete a role",
            description: "Deletes a role that no App Client has.",
            access: Access::Permission(Action::DELETE_ROLE),
            parameters: &["RoleId"],
            body: None,
            success: Success {
                status: "204",
                description: "Deleted",
                content: None,
                headers: &[],
            },
            causes: &[Cause::NotFound, Cause::ManagedRole, Cause::RoleInUse],
        },
        Operation {
            route: "POST /auth/decisions",
            id: "decide",
            tag: "Decisions",
            summary: "Ask what access policies permit",
            description: "Decides on up to 100 requests by the access policies of the caller, or of the App \
                Client to which `token` was issued in the caller's org. Each decision names the rule that \
                decides. Changes nothing.",
            access: Access::Token,
            parameters: &[],
            body: Some(("NewDecisions", examples::question)),
            success: ok("The decisions", Some(("Decisions", || example(examples::decisions())))),
            causes: &[Cause::ClientGeneratedId],
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

/// The causes that a change of a client has.
const CHANGE: &[Cause] = &[
    Cause::NotFound,
    Cause::LastAdministrator,
    Cause::ExceedsPermissions,
    Cause::CallerChanged,
    Cause::GrantsChanged,
];
/// Those of a change of a credential.
const CREDENTIAL: &[Cause] = &[
    Cause::NotFound,
    Cause::ExceedsPermissions,
    Cause::CallerChanged,
    Cause::GrantsChanged,
];

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
