//! Successful responses of the management API.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::http::header::{ETAG, LOCATION};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::body::ended;
use super::error::ApiError;
use super::resource::{Related, Resource, ResourceObject};
use crate::http::{REPLAYED, entity_tag};
use crate::model::precondition::{Precondition, Unmet};
use crate::refusal::Refusal;

/// A successful response of a management endpoint.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
    /// The name of the state that it shows, for the entity tag.
    state: Option<String>,
    /// Whether it repeats the answer to a former request.
    is_repeat: bool,
    body: Option<Json>,
}

/// A body. It may contain a client secret, so `Debug` is redacted.
struct Json(String);

/// The links of a page (JSON:API 1.1, pagination).
#[derive(Debug, Serialize)]
pub struct Links {
    /// The first page.
    pub first: String,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// A document (JSON:API 1.1, top level).
#[derive(Serialize)]
struct Envelope<D> {
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

/// Information that is not part of the data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Meta {
    /// The resources on the page that cannot be shown.
    Unreadable(Vec<Related>),
    /// The resource that a new one replaced.
    Replaced(Related),
}

impl Answer {
    /// A resource.
    #[must_use]
    pub fn one<R: Resource>(resource: &R) -> Self {
        Self::found(ResourceObject(resource), resource.revision())
    }

    /// The answer to a question: it is no state that could be named again.
    #[must_use]
    pub fn to_question<R: Resource>(resource: &R) -> Self {
        Self {
            state: None,
            ..Self::found(ResourceObject(resource), None)
        }
    }

    /// A resource, or `null` if there is none.
    #[must_use]
    pub fn one_or_null<R: Resource>(resource: Option<&R>) -> Self {
        let revision = resource.and_then(Resource::revision);
        Self::found(resource.map(ResourceObject), revision)
    }

    /// All resources of a collection.
    #[must_use]
    pub fn all<R: Resource>(resources: &[R]) -> Self {
        Self::found(objects(resources), None)
    }

    /// All resources of a collection that belongs to a resource in this state.
    #[must_use]
    pub fn all_of<R: Resource>(resources: &[R], state: String) -> Self {
        Self::found(objects(resources), Some(state))
    }

    /// One page of a collection, with links to the first page and the next. `unreadable` has the
    /// ids of the resources on it that cannot be shown; `meta` identifies them.
    #[must_use]
    pub fn page<R: Resource>(resources: &[R], unreadable: Vec<String>, links: Links) -> Self {
        let resource_type = R::TYPE;
        let unreadable = unreadable.into_iter();
        let unreadable: Vec<_> = unreadable.map(|id| Related { resource_type, id }).collect();
        let meta = (!unreadable.is_empty()).then_some(Meta::Unreadable(unreadable));
        let document = Envelope {
            data: objects(resources),
            links: Some(links),
            meta,
        };
        Self::ok(&document, None)
    }

    /// A created resource, with its URL in `Location`.
    #[must_use]
    pub fn created<R: Resource>(resource: &R) -> Self {
        Self::created_in_place_of(resource, None)
    }

    /// The same for a resource that replaced another one of its type. `meta` identifies that one.
    #[must_use]
    pub fn created_in_place_of<R: Resource>(resource: &R, replaced: Option<String>) -> Self {
        let resource_type = R::TYPE;
        let replaced = replaced.map(|id| Meta::Replaced(Related { resource_type, id }));
        let document = Envelope {
            data: ResourceObject(resource),
            links: None,
            meta: replaced,
        };
        Self {
            status: StatusCode::CREATED,
            location: resource.location(),
            ..Self::ok(&document, resource.revision())
        }
    }

    /// No content, after a deletion.
    #[must_use]
    pub const fn gone() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            state: None,
            is_repeat: false,
            body: None,
        }
    }

    /// Marks an answer that repeats the one to a former request with the same `Idempotency-Key`.
    #[must_use]
    pub fn repeated(self, is_repeat: bool) -> Self {
        Self { is_repeat, ..self }
    }

    fn found(data: impl Serialize, revision: Option<String>) -> Self {
        let document = Envelope {
            data,
            links: None,
            meta: None,
        };
        Self::ok(&document, revision)
    }

    /// `revision` is the name of the state that the document shows. Without one, it is a hash of the
    /// document, which changes if and only if the document does.
    fn ok(document: &Envelope<impl Serialize>, revision: Option<String>) -> Self {
        let body = serde_json::to_string(document).unwrap_or_default();
        let hash = || URL_SAFE_NO_PAD.encode(digest(&SHA256, body.as_bytes()));
        Self {
            status: StatusCode::OK,
            location: None,
            state: Some(revision.unwrap_or_else(hash)),
            is_repeat: false,
            body: Some(Json(body)),
        }
    }

    /// The response to a request that reads, under its precondition: 304 if the caller has this state
    /// already (RFC 9110 §13.1.2).
    ///
    /// # Errors
    /// [`Refusal::Unmet`] when this is not a state that the request expects.
    pub(super) fn under(self, precondition: &Precondition) -> Result<Self, ApiError> {
        match precondition.check_shown(self.state.as_deref()) {
            Ok(_) => Ok(self),
            Err(Unmet::Unwanted) => Ok(Self {
                status: StatusCode::NOT_MODIFIED,
                body: None,
                ..self
            }),
            Err(unmet) => Err(Refusal::from(unmet).into()),
        }
    }

    /// The response.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let headers = Response::builder().status(self.status);
        let headers = match self.location {
            Some(location) => headers.header(LOCATION, location),
            None => headers,
        };
        let headers = match self.state {
            Some(state) => headers.header(ETAG, entity_tag(&state)),
            None => headers,
        };
        let headers = if self.is_repeat {
            headers.header(REPLAYED, HeaderValue::from_static("true"))
        } else {
            headers
        };
        ended(headers, self.body.map(|body| body.0))
    }
}

fn objects<R: Resource>(resources: &[R]) -> Vec<ResourceObject<'_, R>> {
    resources.iter().map(ResourceObject).collect()
}

impl std::fmt::Debug for Json {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Json(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::ResourceType;

    #[test]
    fn a_document_omits_absent_members() {
        let written = |envelope: &Envelope<u8>| serde_json::to_value(envelope).unwrap();
        let bare = Envelope {
            data: 1,
            links: None,
            meta: None,
        };
        assert_eq!(written(&bare), json!({ "data": 1 }));
        let full = Envelope {
            data: 1,
            links: Some(Links {
                first: "/a".to_owned(),
                next: None,
            }),
            meta: Some(Meta::Unreadable(vec![Related {
                resource_type: ResourceType::Roles,
                id: "x".to_owned(),
            }])),
        };
        let links = json!({ "first": "/a", "next": null });
        let meta = json!({ "unreadable": [{ "type": "auth/roles", "id": "x" }] });
        let expected = json!({ "data": 1, "links": links, "meta": meta });
        assert_eq!(written(&full), expected);
    }

    #[test]
    fn an_answer_does_not_print_its_body() {
        let answer = Answer::found("lk_secret_x", None);
        assert!(!format!("{answer:?}").contains("lk_secret"));
    }
}
