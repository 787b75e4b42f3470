//! The causes of errors, with their statuses and codes.

use lambda_http::http::StatusCode;

/// The cause of a problem with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The request contains characters that HTTP does not permit.
    Unreadable,
    /// The bearer token is missing (RFC 6750 §3.1).
    NoToken,
    /// The bearer token is invalid, or its client is gone or disabled.
    InvalidToken,
    /// The caller's roles do not permit the action.
    NotPermitted,
    /// The request gives permissions that the caller does not hold.
    ExceedsPermissions,
    /// The caller's client or roles changed during the request.
    CallerChanged,
    /// The roles or the policy of the client to change changed during the request.
    GrantsChanged,
    /// The role is managed.
    ManagedRole,
    /// The org has a role of this name.
    NameTaken,
    /// The org has the maximum number of roles.
    TooManyRoles,
    /// Clients have the role.
    RoleInUse,
    /// The resource does not exist, or the caller may not see it.
    NotFound,
    /// A related resource does not exist.
    RelatedNotFound,
    /// The path does not support the method.
    MethodNotAllowed,
    /// The change would leave the org without an enabled administrator.
    LastAdministrator,
    /// Another request changed the client's secrets meanwhile.
    SecretsChanged,
    /// The client has no live secret that could overlap with a new one.
    NothingToOverlap,
    /// `Accept` names JSON:API, but only with parameters that are not supported.
    NotAcceptable,
    /// `Content-Type` is not JSON, or is JSON:API with parameters that are not supported.
    UnsupportedMediaType,
    /// The body has a content coding.
    UnsupportedEncoding,
    /// The body is too long.
    TooLong,
    /// The body is not a JSON:API document.
    Malformed,
    /// The resource's type or id is not that of the endpoint.
    WrongResource,
    /// The document of a new resource has an id.
    ClientGeneratedId,
    /// A required member is missing.
    Missing,
    /// The attribute or relationship is unknown.
    Unknown,
    /// The attribute is read-only.
    ReadOnly,
    /// The value is invalid for its attribute.
    InvalidValue,
    /// A query parameter is unknown, repeated or has an invalid value.
    InvalidParameter,
    /// `If-Match` or `If-None-Match` is not a list of entity tags.
    InvalidPrecondition,
    /// `Idempotency-Key` is not one key.
    InvalidKey,
    /// The key of another request.
    KeyReused,
    /// The result of the former request with the key is no longer available.
    ResultUnavailable,
    /// The resource's current state does not satisfy `If-Match` or `If-None-Match`.
    PreconditionFailed,
}

impl Cause {
    /// Maps every cause to its status, code and title.
    pub(super) const fn public(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unreadable => (
                StatusCode::BAD_REQUEST,
                "malformed_request",
                "Malformed request",
            ),
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                "missing_token",
                "Missing access token",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "Invalid access token",
            ),
            Self::NotPermitted => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "Insufficient permissions",
            ),
            Self::ExceedsPermissions => (
                StatusCode::FORBIDDEN,
                "exceeds_permissions",
                "Exceeds the caller's permissions",
            ),
            Self::CallerChanged => (
                StatusCode::CONFLICT,
                "caller_changed",
                "Caller changed meanwhile",
            ),
            Self::GrantsChanged => (
                StatusCode::CONFLICT,
                "grants_changed",
                "Permissions changed meanwhile",
            ),
            Self::ManagedRole => (StatusCode::CONFLICT, "managed_role", "Managed role"),
            Self::NameTaken => (StatusCode::CONFLICT, "name_taken", "Name taken"),
            Self::TooManyRoles => (StatusCode::CONFLICT, "too_many_roles", "Too many roles"),
            Self::RoleInUse => (StatusCode::CONFLICT, "role_in_use", "Role in use"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::RelatedNotFound => (
                StatusCode::NOT_FOUND,
                "related_not_found",
                "Related resource not found",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Method not allowed",
            ),
            Self::LastAdministrator => (
                StatusCode::CONFLICT,
                "last_administrator",
                "Last administrator",
            ),
            Self::SecretsChanged => (
                StatusCode::CONFLICT,
                "secrets_changed",
                "Secrets changed meanwhile",
            ),
            Self::NothingToOverlap => (
                StatusCode::CONFLICT,
                "nothing_to_overlap",
                "No secret to overlap with",
            ),
            Self::NotAcceptable => (
                StatusCode::NOT_ACCEPTABLE,
                "not_acceptable",
                "Not acceptable",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Unsupported media type",
            ),
            Self::UnsupportedEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_encoding",
                "Unsupported content encoding",
            ),
            Self::TooLong => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_long",
                "Request body too large",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "malformed_document",
                "Malformed document",
            ),
            Self::WrongResource => (
                StatusCode::CONFLICT,
                "wrong_resource",
                "Resource type or ID mismatch",
            ),
            Self::ClientGeneratedId => (
                StatusCode::FORBIDDEN,
                "client_generated_id",
                "Client-generated ID not supported",
            ),
            Self::Missing => (StatusCode::BAD_REQUEST, "missing", "Missing member"),
            Self::Unknown => (StatusCode::BAD_REQUEST, "unknown", "Unknown member"),
            Self::ReadOnly => (StatusCode::FORBIDDEN, "read_only", "Read-only attribute"),
            Self::InvalidValue => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_value",
                "Invalid value",
            ),
            Self::InvalidParameter => (
                StatusCode::BAD_REQUEST,
                "invalid_parameter",
                "Invalid query parameter",
            ),
            Self::InvalidPrecondition => (
                StatusCode::BAD_REQUEST,
                "invalid_precondition",
                "Invalid precondition",
            ),
            Self::InvalidKey => (
                StatusCode::BAD_REQUEST,
                "invalid_idempotency_key",
                "Invalid idempotency key",
            ),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "Idempotency key used for another request",
            ),
            Self::ResultUnavailable => (
                StatusCode::CONFLICT,
                "result_unavailable",
                "Result no longer available",
            ),
            Self::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "Precondition failed",
            ),
        }
    }

    /// The `WWW-Authenticate` challenge (RFC 6750 §3).
    pub(super) const fn challenge(self) -> Option<&'static str> {
        match self {
            Self::NoToken => Some("Bearer realm=\"latchkey\""),
            Self::InvalidToken => Some("Bearer realm=\"latchkey\", error=\"invalid_token\""),
            Self::NotPermitted => Some("Bearer realm=\"latchkey\", error=\"insufficient_scope\""),
            _ => None,
        }
    }
}
