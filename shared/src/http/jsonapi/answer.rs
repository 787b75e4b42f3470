//! Successful responses of the management API.

use lambda_http::http::StatusCode;
use lambda_http::http::header::LOCATION;
use lambda_http::{Body, Response};
use serde::Serialize;
use serde_json::Value;

use super::body::ended;
use super::resource::{Resource, ResourceObject};

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
    meta: Option<Value>,
}

impl Answer {
    /// A resource.
    #[must_use]
    pub fn one<R: Resource>(resource: &R) -> Self {
        Self::found(ResourceObject(resource), None)
    }

    /// A resource, or `null` if there is none.
    #[must_use]
    pub fn one_or_null<R: Resource>(resource: Option<&R>) -> Self {
        Self::found(resource.map(ResourceObject), None)
    }

    /// All resources of a collection.
    #[must_use]
    pub fn all<R: Resource>(resources: &[R]) -> Self {
        Self::found(objects(resources), None)
    }

    /// One page of a collection, with links to the first page and the next.
    #[must_use]
    pub fn page<R: Resource>(resources: &[R], links: Links) -> Self {
        Self::found(objects(resources), Some(links))
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

    fn found(data: impl Serialize, links: Option<Links>) -> Self {
        let meta = None;
        let body = serde_json::to_string(&Envelope { data, links, meta });
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
            meta: Some(json!({ "total": 1 })),
        };
        let links = json!({ "first": "/a", "next": null });
        let expected = json!({ "data": 1, "links": links, "meta": { "total": 1 } });
        assert_eq!(written(&full), expected);
    }

    #[test]
    fn an_answer_does_not_print_its_body() {
        let answer = Answer::found("lk_secret_x", None);
        assert!(!format!("{answer:?}").contains("lk_secret"));
    }
}
