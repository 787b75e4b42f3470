//! What each error means, and what a caller can do: the words of the tables in `docs/errors.md`, in
//! their order. Statuses, titles and headers come from the code.

/// The words for one error.
pub(super) struct Meaning {
    /// The error code.
    pub(super) code: &'static str,
    /// The status, if the code has more than one.
    pub(super) status: Option<&'static str>,
    /// What causes the error.
    pub(super) cause: &'static str,
    /// What the caller can do.
    pub(super) advice: &'static str,
}

const fn meaning(code: &'static str, cause: &'static str, advice: &'static str) -> Meaning {
    Meaning {
        code,
        status: None,
        cause,
        advice,
    }
}

impl Meaning {
    const fn with(self, status: &'static str) -> Self {
        let status = Some(status);
        Self { status, ..self }
    }
}

/// The token endpoint.
pub(super) const TOKEN: &[Meaning] = &[
    meaning(
        "invalid_request",
        "The request is malformed. The description names the problem; see below.",
        "Correct the request.",
    )
    .with("400"),
    meaning(
        "invalid_client",
        "The credentials are missing, malformed or wrong, or the client is unknown or disabled. The \
         description names a mistake in the form of the credentials; see below. Otherwise the response is \
         identical in all cases.",
        "Do not retry. Check the credentials or request new ones.",
    ),
    meaning(
        "unsupported_grant_type",
        "The grant type is not `client_credentials`.",
        "Correct the request.",
    ),
    meaning(
        "invalid_scope",
        "A scope is malformed, unknown or not granted. No scopes are defined yet, so every scope is invalid.",
        "Omit `scope`.",
    ),
    meaning(
        "invalid_target",
        "An `audience` or `resource` is malformed or unknown, or the values differ.",
        "Request the audience of the management API, or omit both parameters.",
    ),
    meaning(
        "too_many_requests",
        "The client has used its token quota.",
        "Wait for `Retry-After` seconds. Reuse tokens until they expire.",
    ),
    meaning(
        "invalid_request",
        "The body has a `Content-Encoding` other than `identity`.",
        "Send the body uncompressed.",
    )
    .with("415"),
    meaning(
        "invalid_request",
        "The method is not POST. See [Other paths and methods](#other-paths-and-methods).",
        "Correct the request.",
    )
    .with("405"),
    meaning(
        "server_error",
        "The service cannot read its stored data.",
        "Report the error to the operator.",
    ),
    meaning(
        "temporarily_unavailable",
        "AWS fails, throttles or is too slow, the stored client is damaged, or the deployment has not been \
         initialized. If the signing keys cannot be read, it may last 32 s longer than the failure.",
        "Wait, then retry.",
    ),
];

/// The management API.
pub(super) const MANAGEMENT: &[Meaning] = &[
    meaning(
        "malformed_request",
        "The request contains characters that HTTP does not permit.",
        "Correct the request.",
    ),
    meaning(
        "missing_token",
        "The request has no `Authorization: Bearer` header.",
        "Send an access token.",
    ),
    meaning(
        "invalid_token",
        "The token is malformed, forged, expired, or for another issuer or audience; or its client is \
         deleted or disabled.",
        "Request a new token. If that fails, request new credentials.",
    ),
    meaning(
        "insufficient_scope",
        "The caller's access policies do not permit the action that `detail` names.",
        "Use a client with another role. See [Access policies](access-policies.md#which-route-asks-for-what).",
    ),
    meaning(
        "exceeds_permissions",
        "The request gives permissions that the caller lacks, or handles a secret of a client that holds such \
         permissions. Nothing has changed.",
        "Use a client that holds them. See [Grants](access-policies.md#grants).",
    ),
    meaning(
        "not_found",
        "The resource does not exist, or the caller may not see it. Or the path does not exist; then no \
         token is required.",
        "Check the ID and the path.",
    ),
    meaning(
        "related_not_found",
        "A role does not exist, or belongs to another org.",
        "Look up the role ID.",
    ),
    meaning(
        "method_not_allowed",
        "The path does not support the method. `Allow` lists the methods.",
        "Correct the request.",
    ),
    meaning(
        "not_acceptable",
        "`Accept` names `application/vnd.api+json`, but every time with a parameter other than `profile` \
         and `q`.",
        "Send `Accept: application/vnd.api+json`.",
    ),
    meaning(
        "unsupported_media_type",
        "`Content-Type` names neither `application/json` nor `application/vnd.api+json`, or the latter \
         has a parameter other than `profile`.",
        "Send `Content-Type: application/vnd.api+json`.",
    ),
    meaning(
        "unsupported_encoding",
        "The body has a `Content-Encoding` other than `identity`.",
        "Send the body uncompressed.",
    ),
    meaning(
        "too_long",
        "The body exceeds 65,536 bytes.",
        "Shorten the body.",
    ),
    meaning(
        "malformed_document",
        "The body is not valid JSON, an object in it repeats a name, or it is not a JSON:API document. \
         `detail` says which; for a syntax error it has the line and the column, in bytes.",
        "Correct the request.",
    ),
    meaning(
        "wrong_resource",
        "`type` is not the type of the endpoint, or `id` does not match the URL.",
        "Correct the request.",
    ),
    meaning(
        "last_administrator",
        "The client is the last administrator of its org: the last enabled App Client with a secret that has not \
         expired, whose one role is Builder Admin, without an `accessPolicy`. It cannot be deleted, disabled or \
         demoted, or lose its only secret.",
        "Create or enable another Builder Admin first, or let one make the change.",
    ),
    meaning(
        "managed_role",
        "The role exists in every org and cannot be changed or deleted.",
        "Create a role with another name.",
    ),
    meaning(
        "name_taken",
        "The org has a role with this name, or a managed role has it. Case does not count.",
        "Choose another name, or change the existing role.",
    ),
    meaning(
        "too_many_roles",
        "The org has 1,000 roles.",
        "Delete a role that no client has.",
    ),
    meaning(
        "role_in_use",
        "App Clients have the role. `detail` has their number.",
        "Give them other roles, then repeat the request.",
    ),
    meaning(
        "caller_changed",
        "The caller's own client or one of its roles changed during the request, which gives permissions or \
         handles a secret. Nothing has changed.",
        "Repeat the request.",
    ),
    meaning(
        "grants_changed",
        "Another request changed the roles or the access policies that this request depends on. Nothing has \
         changed.",
        "Get the resource, then decide again.",
    ),
    meaning(
        "secrets_changed",
        "Another request changed the client's secrets while this one added or rotated one. Nothing has changed.",
        "List the client's secrets, then decide again.",
    ),
    meaning(
        "nothing_to_overlap",
        "The client has no secret that could stay valid for `overlapSeconds`.",
        "Omit `overlapSeconds`.",
    ),
    meaning(
        "client_generated_id",
        "The document of a new resource contains an `id` that is neither `null` nor empty.",
        "Omit `id`.",
    ),
    meaning("missing", "A required member is missing.", "Add it."),
    meaning(
        "unknown",
        "The attribute or relationship does not exist, or this request must not contain it.",
        "Omit it.",
    ),
    meaning(
        "read_only",
        "A read-only attribute has a value other than its current one, or `clientSecret` is not a client \
         secret that the service generated.",
        "Omit the attribute.",
    ),
    meaning(
        "invalid_value",
        "The value is not valid for the attribute. `detail` states the rule.",
        "Correct the value.",
    ),
    meaning(
        "invalid_parameter",
        "A query parameter is unknown, repeated, invalid, or not UTF-8.",
        "Correct the request.",
    ),
    meaning(
        "invalid_precondition",
        "`If-Match` or `If-None-Match` is neither `*` nor a list of entity tags in double quotes.",
        "Send the `ETag` as you received it, with its quotes.",
    ),
    meaning(
        "precondition_failed",
        "The resource is not in a state that `If-Match` names, or is in one that `If-None-Match` names. \
         Nothing has changed.",
        "Get the resource, then decide again. See [Preconditions](api.md#preconditions).",
    ),
    meaning(
        "invalid_idempotency_key",
        "`Idempotency-Key` is empty, repeated, longer than 255 characters, or has a character that is not \
         visible ASCII, or a comma.",
        "Send one key, such as a UUID.",
    ),
    meaning(
        "idempotency_key_reused",
        "Within 24 hours, the caller sent another request with the same `Idempotency-Key`. Nothing has \
         changed.",
        "Send a new key with a new request, or repeat the former one byte by byte.",
    ),
    meaning(
        "result_unavailable",
        "The request with this `Idempotency-Key` succeeded before. But its client was deleted since, or its \
         secret was replaced since or cannot be shown again. Nothing has changed.",
        "If you still need a secret, rotate it with a new key.",
    ),
    meaning(
        "server_error",
        "The service cannot read its stored data, or its template and functions are of different \
         versions.",
        "Report the error to the operator.",
    ),
    meaning(
        "temporarily_unavailable",
        "AWS fails, throttles or is too slow, or the deployment has not been initialized.",
        "Wait, then retry.",
    ),
];

/// The public documents.
pub(super) const DOCUMENTS: &[Meaning] = &[
    meaning(
        "invalid_request",
        "The request contains characters that HTTP does not permit.",
        "Correct the request.",
    ),
    meaning(
        "server_error",
        "The stored key set cannot be read.",
        "Report the error to the operator.",
    ),
    meaning(
        "temporarily_unavailable",
        "DynamoDB fails, or the deployment has not been initialized.",
        "Wait, then retry.",
    ),
];
