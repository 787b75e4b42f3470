//! The errors: statuses, codes and words come from the tables in `shared::http`.

use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use serde_json::{Map, Value, json};
use shared::authentication::Unauthenticated;
use shared::fault::Fault;
use shared::http::jsonapi::{ApiError, Cause, Problem, Source};
use shared::http::oauth::TokenError;
use shared::http::{FaultResponse, IDEMPOTENCY_KEY, json_error};
use shared::model::TokenQuota;
use shared::model::gate::Full;
use shared::runtime::log::Outcome;

use super::schemas::schema;

/// The responses of an operation, by status.
pub(super) type Responses = Map<String, Value>;

/// A fault that lasts, and one that does not.
const FAULTS: [Fault; 2] = [Fault::Unreadable("name"), Fault::OutOfTime];

/// An entity tag of an App Client.
pub(super) const TAG: &str = "\"0b2b9a521d564d3c9a0b8a7f6f6d1c11\"";

/// The headers that the responses refer to.
pub(super) fn headers() -> Value {
    let text = |description: &str, example: &str| {
        json!({
            "description": description,
            "schema": { "type": "string" },
            "example": example,
        })
    };
    json!({
        "Accept-Encoding": text("The accepted content codings.", "identity"),
        "ETag": text("The state of the resource, for `If-Match` and `If-None-Match`.", TAG),
        "Idempotency-Replayed": json!({
            "description": "The response repeats the one to a former request with the same `Idempotency-Key`: \
                nothing was changed. Absent otherwise.",
            "schema": { "type": "string", "const": "true" },
        }),
        "Location": text("The path of the new resource.", "/auth/app-clients/50678f92-e79c-49f4-b711-0ebef92289e6"),
        "RateLimit": text("The remaining tokens, and the seconds until there are more.", "\"tokens\";r=0;t=3792"),
        "RateLimit-Policy": text("The token quota: tokens in this number of seconds.", "\"tokens\";q=200;w=3600"),
        "Retry-After": json!({
            "description": "Seconds to wait before the next request.",
            "schema": { "type": "integer", "minimum": 1 },
            "example": 1,
        }),
        "WWW-Authenticate": text("The authentication scheme, and the error (RFC 9110 section 11.6.1).", "Bearer realm=\"latchkey\", error=\"invalid_token\""),
    })
}

pub(super) fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// A response with a JSON body.
pub(super) fn response(
    description: &str,
    media_type: &str,
    schema_name: &str,
    examples: Map<String, Value>,
    headers: &[&str],
) -> Value {
    let mut response = json!({
        "description": description,
        "content": { media_type: { "schema": schema(schema_name), "examples": examples } },
    });
    for name in headers {
        response["headers"][name] = header(name);
    }
    response
}

/// One example.
pub(super) fn example(value: Value) -> Map<String, Value> {
    Map::from_iter([("example".to_owned(), json!({ "value": value }))])
}

/// Adds a response for an error as the code renders it. Errors of one status share a response.
fn add(responses: &mut Responses, schema: &str, rendered: Response<Body>) {
    let (head, body) = rendered.into_parts();
    let body: Value = serde_json::from_slice(body.as_ref()).unwrap();
    let (code, description) = match body.pointer("/errors/0") {
        Some(error) => (error["code"].clone(), error["title"].clone()),
        None => (body["error"].clone(), body["error_description"].clone()),
    };
    let code = code.as_str().unwrap().to_owned();
    let status = head.status.as_u16().to_string();
    let media_type = head.headers["content-type"].to_str().unwrap().to_owned();
    let entry = responses.entry(status).or_insert_with(|| {
        let reason = head.status.canonical_reason().unwrap();
        response(reason, &media_type, schema, Map::new(), &[])
    });
    for name in [
        "Accept-Encoding",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "WWW-Authenticate",
    ] {
        if head.headers.contains_key(name) {
            entry["headers"][name] = header(name);
        }
    }
    let examples = entry["content"][&media_type]["examples"]
        .as_object_mut()
        .unwrap();
    let free = (1..).map(|n| {
        if n == 1 {
            code.clone()
        } else {
            format!("{code}_{n}")
        }
    });
    let name = free
        .into_iter()
        .find(|name| !examples.contains_key(name))
        .unwrap();
    examples.insert(name, json!({ "summary": description, "value": body }));
}

/// The errors of a management operation.
pub(super) fn management(causes: &[Cause]) -> Responses {
    let mut responses = Responses::new();
    for cause in causes {
        let (source, detail) = words(*cause);
        let error = ApiError::from(Problem::new(*cause, source, detail));
        add(&mut responses, "ErrorDocument", error.into_response());
    }
    for fault in FAULTS {
        add(
            &mut responses,
            "ErrorDocument",
            ApiError::from(fault).into_response(),
        );
    }
    by_the_gateway(&mut responses);
    responses
}

/// A place and a text for the example of each cause.
fn words(cause: Cause) -> (Source, &'static str) {
    let pointer = |pointer: &str| Source::Pointer(pointer.to_owned());
    let attribute = |name: &str| Source::Pointer(format!("/data/attributes/{name}"));
    match cause {
        Cause::Unreadable => (Source::Request, "The request contains invalid characters."),
        Cause::NoToken => (
            Source::Header("Authorization"),
            "Send an access token in the Authorization header as a Bearer token.",
        ),
        Cause::InvalidToken => (
            Source::Header("Authorization"),
            "The access token is invalid or expired.",
        ),
        Cause::NotPermitted => (
            Source::Header("Authorization"),
            "The caller's access policies do not permit IAM:UpdateM2MClient.",
        ),
        Cause::ExceedsPermissions => (
            Source::Header("Authorization"),
            "The caller does not hold all permissions that the request gives or gives access to.",
        ),
        Cause::CallerChanged => (
            Source::Header("Authorization"),
            "The caller's own client or roles changed during the request. Repeat the request.",
        ),
        Cause::GrantsChanged => (
            Source::Request,
            "Another request changed the client's roles or access policy.",
        ),
        Cause::ManagedRole => (
            Source::Request,
            "A managed role cannot be changed or deleted.",
        ),
        Cause::NameTaken => (attribute("name"), "The org has a role of this name."),
        Cause::TooManyRoles => (Source::Request, "The org has 1000 roles, the maximum."),
        Cause::RoleInUse => (Source::Request, "App Clients that have the role: 3."),
        Cause::NotFound => (Source::Request, "The resource was not found."),
        Cause::RelatedNotFound => (
            pointer("/data/relationships/auth~1roles/data/id"),
            "The role was not found.",
        ),
        Cause::LastAdministrator => (
            Source::Request,
            "The client is the last administrator of its org.",
        ),
        Cause::SecretsChanged => (
            Source::Request,
            "Another request changed the client's secrets. List them, then decide again.",
        ),
        Cause::NothingToOverlap => (
            attribute("overlapSeconds"),
            "The client has no secret that could stay valid. Omit overlapSeconds.",
        ),
        Cause::MethodNotAllowed => (
            Source::Request,
            "The path does not support the method. It supports GET, HEAD, OPTIONS.",
        ),
        Cause::UnsupportedEncoding => (
            Source::Header("Content-Encoding"),
            "Send the request body without a Content-Encoding.",
        ),
        Cause::InvalidPrecondition => (
            Source::Header("If-Match"),
            "If-Match must be * or a list of entity tags in double quotes.",
        ),
        Cause::InvalidKey => (
            Source::Header(IDEMPOTENCY_KEY),
            "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without commas.",
        ),
        Cause::KeyReused => (
            Source::Header(IDEMPOTENCY_KEY),
            "This Idempotency-Key was used for another request.",
        ),
        Cause::ResultUnavailable => (
            Source::Header(IDEMPOTENCY_KEY),
            "The request with this Idempotency-Key succeeded, but its client was deleted since.",
        ),
        Cause::PreconditionFailed => (
            Source::Header("If-Match"),
            "The resource is not in a state that If-Match names.",
        ),
        Cause::NotAcceptable => (
            Source::Header("Accept"),
            "Accept application/vnd.api+json without parameters.",
        ),
        Cause::UnsupportedMediaType => (
            Source::Header("Content-Type"),
            "Content-Type must be application/vnd.api+json or application/json.",
        ),
        Cause::TooLong => (Source::Request, "The request body exceeds 65536 bytes."),
        Cause::Malformed => (pointer(""), "The body must be a JSON:API document."),
        Cause::WrongResource => (pointer("/data/type"), "type must be \"auth/app-clients\"."),
        Cause::ClientGeneratedId => (pointer("/data/id"), "The service chooses the ID."),
        Cause::Missing => (pointer("/data/attributes"), "name is missing."),
        Cause::Unknown => (attribute("colour"), "Unknown attribute."),
        Cause::ReadOnly => (attribute("clientId"), "clientId is read-only."),
        Cause::InvalidValue => (
            attribute("tokenQuota"),
            "tokenQuota must be between 1 and 1000000 tokens per hour.",
        ),
        Cause::InvalidParameter => (
            Source::Parameter("page[size]".to_owned()),
            "page[size] must be an integer between 1 and 100.",
        ),
    }
}

/// The errors of the token endpoint.
pub(super) fn token() -> Responses {
    let mut responses = Responses::new();
    let full = Full {
        quota: TokenQuota::per_hour(200).unwrap(),
        retry_after: 3_792,
        is_clock_behind: false,
    };
    let [lasting, temporary] = FAULTS;
    for error in [
        TokenError::InvalidRequest("The grant_type parameter is missing."),
        TokenError::UnsupportedEncoding,
        TokenError::UnsupportedGrantType,
        TokenError::InvalidScope,
        TokenError::InvalidTarget,
        TokenError::InvalidClient(Unauthenticated::UnknownClient),
        TokenError::TooManyRequests(full),
        TokenError::Fault(lasting),
        TokenError::Fault(temporary),
    ] {
        add(&mut responses, "Error", error.into_response());
    }
    by_the_gateway(&mut responses);
    responses
}

/// The errors of a public document. Only the key set is read from the table.
pub(super) fn metadata(is_read: bool) -> Responses {
    let mut responses = Responses::new();
    let mut error = |headers, code, description| {
        let outcome = Outcome::Refused { error: code };
        let rendered = json_error(headers, code, description, outcome);
        add(&mut responses, "Error", rendered);
    };
    let unreadable = Response::builder().status(StatusCode::BAD_REQUEST);
    let (_, description) = words(Cause::Unreadable);
    error(unreadable, "invalid_request", description);
    if is_read {
        for fault in FAULTS {
            let public = FaultResponse::of(&fault);
            error(public.response(), public.code, public.detail);
        }
    }
    by_the_gateway(&mut responses);
    responses
}

/// The errors with which API Gateway answers by itself.
fn by_the_gateway(responses: &mut Responses) {
    for (status, reason, message) in [
        ("400", "Bad Request", "Bad Request"),
        ("413", "Payload Too Large", "Request Entity Too Large"),
        ("429", "Too Many Requests", "Too Many Requests"),
        (
            "431",
            "Request Header Fields Too Large",
            "Request Header Fields Too Large",
        ),
        ("503", "Service Unavailable", "Service Unavailable"),
    ] {
        let entry = responses
            .entry(status.to_owned())
            .or_insert_with(|| json!({ "description": reason }));
        let content = &mut entry["content"]["application/json"];
        let gateway = json!({ "summary": reason, "value": { "message": message } });
        if content.is_null() {
            *content = json!({ "schema": schema("GatewayError"), "examples": {} });
        } else {
            let schemas = [content["schema"].clone(), schema("GatewayError")];
            content["schema"] = json!({ "anyOf": schemas });
        }
        content["examples"]["gateway"] = gateway;
    }
}
