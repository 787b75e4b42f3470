//! Errors of the management API.

use lambda_http::http::header::{ACCEPT_ENCODING, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::body::ended;
use super::cause::Cause;
use super::pointer;
use crate::fault::Fault;
use crate::http::{FaultResponse, IDEMPOTENCY_KEY, IDENTITY, MalformedKey, MalformedTags};
use crate::model::precondition::Unmet;
use crate::model::{InvalidValue, ResourceType, Role, VALIDITY_DAYS};
use crate::refusal::{NotRepeatable, Refusal, Relation};
use crate::runtime::log::Outcome;

/// Why a management request fails.
#[derive(Debug)]
pub enum ApiError {
    /// The caller's fault: every problem with the request.
    Invalid(Vec<Problem>),
    /// The service's fault.
    Fault(Fault),
}

/// One problem with a request.
#[derive(Clone, Debug)]
pub struct Problem {
    cause: Cause,
    detail: String,
    source: Source,
}

/// The place of a problem in the request (JSON:API 1.1, error objects).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A header.
    Header(&'static str),
    /// The request as a whole.
    #[serde(skip)]
    Request,
}

impl Problem {
    /// A problem; `detail` is its public description.
    #[must_use]
    pub fn new(cause: Cause, source: Source, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            source,
        }
    }

    /// A problem at a place in the body.
    #[must_use]
    pub fn at(cause: Cause, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(cause, Source::Pointer(pointer.into()), detail)
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

/// Maps every refusal of an operation to this protocol.
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let authorization = Source::Header("Authorization");
        let problem = match refusal {
            Refusal::InvalidToken => Problem::new(
                Cause::InvalidToken,
                authorization,
                "The access token is invalid or expired.",
            ),
            Refusal::NotPermitted(action) => Problem::new(
                Cause::NotPermitted,
                authorization,
                format!(
                    "The caller's access policies do not permit {}.",
                    action.as_str()
                ),
            ),
            Refusal::ExceedsPermissions => Problem::new(
                Cause::ExceedsPermissions,
                authorization,
                "The caller does not hold all permissions that the request gives or gives access to.",
            ),
            Refusal::CallerChanged => Problem::new(
                Cause::CallerChanged,
                authorization,
                "The caller's own client or roles changed during the request. Repeat the request.",
            ),
            Refusal::GrantsChanged => Problem::new(
                Cause::GrantsChanged,
                Source::Request,
                "Another request changed the client's roles or access policy. Get its current state, then decide again.",
            ),
            Refusal::NoGrants => Problem::at(
                Cause::Missing,
                "/data",
                "An App Client needs a role in the auth/roles relationship, or an accessPolicy.",
            ),
            Refusal::ManagedRole => Problem::new(
                Cause::ManagedRole,
                Source::Request,
                "A managed role cannot be changed or deleted.",
            ),
            Refusal::NameTaken => Problem::at(
                Cause::NameTaken,
                pointer::to_attribute("name"),
                "The org has a role of this name. Names are compared without regard to case.",
            ),
            Refusal::TooManyRoles => Problem::new(
                Cause::TooManyRoles,
                Source::Request,
                format!("The org has {} roles, the maximum.", Role::MAXIMUM),
            ),
            Refusal::RoleInUse(clients) => Problem::new(
                Cause::RoleInUse,
                Source::Request,
                format!("App Clients that have the role: {clients}. Give them other roles first."),
            ),
            Refusal::NotFound => Problem::new(
                Cause::NotFound,
                Source::Request,
                "The resource was not found.",
            ),
            Refusal::NotFoundRelated(Relation::Role(position)) => {
                let place = position.map_or("/data/id".to_owned(), |it| format!("/data/{it}/id"));
                Problem::at(
                    Cause::RelatedNotFound,
                    pointer::to_relationship(ResourceType::Roles.as_str()) + &place,
                    "The role was not found.",
                )
            }
            Refusal::Unmet(Unmet::NotExpected) => Problem::new(
                Cause::PreconditionFailed,
                Source::Header("If-Match"),
                "The resource is not in the state that If-Match names. Get its current state, then decide again.",
            ),
            Refusal::Unmet(Unmet::Unwanted) => Problem::new(
                Cause::PreconditionFailed,
                Source::Header("If-None-Match"),
                "The resource is in a state that If-None-Match excludes.",
            ),
            Refusal::LastAdministrator => Problem::new(
                Cause::LastAdministrator,
                Source::Request,
                "The last enabled administrator of an org cannot be deleted, disabled or demoted, or lose its only secret.",
            ),
            Refusal::SecretsChanged => Problem::new(
                Cause::SecretsChanged,
                Source::Request,
                "Another request changed the client's secrets. List them, then decide again.",
            ),
            Refusal::NothingToOverlap => Problem::at(
                Cause::NothingToOverlap,
                pointer::to_attribute("overlapSeconds"),
                "The client has no secret that could stay valid. Omit overlapSeconds.",
            ),
            Refusal::SecretEndOutOfBounds => Problem::at(
                Cause::InvalidValue,
                pointer::to_attribute("expiresAt"),
                format!("expiresAt {}.", InvalidValue::NotAnEnd(VALIDITY_DAYS)),
            ),
            Refusal::Repeat(why) => not_repeatable(why),
            Refusal::Fault(fault) => return Self::Fault(fault),
        };
        problem.into()
    }
}

fn not_repeatable(why: NotRepeatable) -> Problem {
    let (cause, detail) = match why {
        NotRepeatable::OtherRequest => (
            Cause::KeyReused,
            "This Idempotency-Key was used for another request. Send a new key with a new request.",
        ),
        NotRepeatable::ClientDeleted => (
            Cause::ResultUnavailable,
            "The request with this Idempotency-Key succeeded, but its client was deleted since.",
        ),
        NotRepeatable::SecretSuperseded => (
            Cause::ResultUnavailable,
            "The request with this Idempotency-Key succeeded, but its secret was replaced since or cannot be shown again. Nothing was changed. To get a new secret, rotate it with a new key.",
        ),
    };
    Problem::new(cause, Source::Header(IDEMPOTENCY_KEY), detail)
}

impl From<MalformedKey> for ApiError {
    fn from(_: MalformedKey) -> Self {
        let detail =
            "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without commas.";
        Problem::new(Cause::InvalidKey, Source::Header(IDEMPOTENCY_KEY), detail).into()
    }
}

impl From<MalformedTags> for ApiError {
    fn from(MalformedTags(field): MalformedTags) -> Self {
        let detail = format!("{field} must be * or a list of entity tags in double quotes.");
        Problem::new(Cause::InvalidPrecondition, Source::Header(field), detail).into()
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    errors: Vec<ErrorObject<'a>>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    status: String,
    code: &'static str,
    title: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "is_request")]
    source: &'a Source,
}

fn is_request(source: &&Source) -> bool {
    matches!(source, Source::Request)
}

impl ApiError {
    /// The response, with one error object for each problem (JSON:API 1.1, errors).
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        match self {
            Self::Invalid(problems) => refused(&problems),
            Self::Fault(fault) => failed(fault),
        }
    }
}

/// The response lists no more problems than this, so it stays small whatever the request contains.
const MAX_PROBLEMS: usize = 20;

fn refused(problems: &[Problem]) -> Response<Body> {
    let problems = problems.get(..MAX_PROBLEMS).unwrap_or(problems);
    let mut statuses = problems.iter().map(|problem| problem.cause.public().0);
    let first = statuses.next().unwrap_or(StatusCode::BAD_REQUEST);
    // If the statuses differ, the most generally applicable one (JSON:API 1.1, processing errors).
    let status = if statuses.all(|status| status == first) {
        first
    } else {
        StatusCode::BAD_REQUEST
    };
    let errors = problems.iter().map(|problem| {
        let (status, code, title) = problem.cause.public();
        ErrorObject {
            status: status.as_u16().to_string(),
            code,
            title,
            detail: &problem.detail,
            source: &problem.source,
        }
    });
    let document = ErrorDocument {
        errors: errors.collect(),
    };
    let headers = Response::builder().status(status);
    let challenge = problems
        .iter()
        .find_map(|problem| problem.cause.challenge());
    let headers = match challenge {
        Some(challenge) => headers.header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge)),
        None => headers,
    };
    let is_encoded = |problem: &Problem| problem.cause == Cause::UnsupportedEncoding;
    let headers = if problems.iter().any(is_encoded) {
        headers.header(ACCEPT_ENCODING, HeaderValue::from_static(IDENTITY))
    } else {
        headers
    };
    let mut response = ended(headers, Some(written(&document)));
    // The log has only the code of the first problem: a detail may contain the caller's text.
    if let Some(first) = problems.first() {
        let (_, error, _) = first.cause.public();
        response.extensions_mut().insert(Outcome::Refused { error });
    }
    response
}

fn failed(fault: Fault) -> Response<Body> {
    let entry = FaultResponse::of(&fault);
    let document = ErrorDocument {
        errors: vec![ErrorObject {
            status: entry.status.as_u16().to_string(),
            code: entry.code,
            title: entry.title,
            detail: entry.detail,
            source: &Source::Request,
        }],
    };
    let mut response = ended(entry.response(), Some(written(&document)));
    let error = entry.code;
    response
        .extensions_mut()
        .insert(Outcome::Failed { error, fault });
    response
}

fn written(document: &ErrorDocument<'_>) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
