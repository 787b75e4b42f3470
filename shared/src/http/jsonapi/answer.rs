//! Successful responses of the management API.

use lambda_http::http::StatusCode;
use lambda_http::http::header::LOCATION;
use lambda_http::{Body, Response};
use serde::Serialize;

use super::body::ended;
use super::resource::{Related, Resource, ResourceObject};

/// A successful response of a management endpoint.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
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
struct Meta {
    /// The resources on the page that cannot be shown.
    unreadable: Vec<Related>,
}

impl Answer {
    /// A resource.
    #[must_use]
    pub fn one<R: Resource>(resource: &R) -> Self {
        Self::found(ResourceObject(resource))
    }

    /// A resource, or `null` if there is none.
    #[must_use]
    pub fn one_or_null<R: Resource>(resource: Option<&R>) -> Self {
        Self::found(resource.map(ResourceObject))
    }

    /// All resources of a collection.
    #[must_use]
    pub fn all<R: Resource>(resources: &[R]) -> Self {
        Self::found(objects(resources))
    }

    /// One page of a collection, with links to the first page and the next. `unreadable` has the
    /// ids of the resources on it that cannot be shown; `meta` identifies them.
    #[must_use]
    pub fn page<R: Resource>(resources: &[R], unreadable: Vec<String>, links: Links) -> Self {
        let resource_type = R::TYPE;
        let unreadable = unreadable.into_iter();
        let unreadable: Vec<_> = unreadable.map(|id| Related { resource_type, id }).collect();
        let meta = (!unreadable.is_empty()).then_some(Meta { unreadable });
        Self::ok(&Envelope {
            data: objects(resources),
            links: Some(links),
            meta,
        })
    }

    /// A created resource, with its URL in `Location`.
    #[must_use]
    pub fn created<R: Resource>(resource: &R) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(resource.location()),
            ..Self::one(resource)
        }
    }

    /// No content, after a deletion.
    #[must_use]
    pub const fn gone() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            body: None,
        }
    }

    fn found(data: impl Serialize) -> Self {
        Self::ok(&Envelope {
            data,
            links: None,
            meta: None,
        })
    }

    fn ok(document: &Envelope<impl Serialize>) -> Self {
        let body = serde_json::to_string(document);
        Self {
            status: StatusCode::OK,
            location: None,
            body: Some(Json(body.unwrap_or_default())),
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
            meta: Some(Meta {
                unreadable: vec![Related {
                    resource_type: ResourceType::Roles,
                    id: "x".to_owned(),
                }],
            }),
        };
        let links = json!({ "first": "/a", "next": null });
        let meta = json!({ "unreadable": [{ "type": "auth/roles", "id": "x" }] });
        let expected = json!({ "data": 1, "links": links, "meta": meta });
        assert_eq!(written(&full), expected);
    }

    #[test]
    fn an_answer_does_not_print_its_body() {
        let answer = Answer::found("lk_secret_x");
        assert!(!format!("{answer:?}").contains("lk_secret"));
    }
}
