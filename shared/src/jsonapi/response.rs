use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use lambda_http::http::{HeaderValue, StatusCode, response};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::{ApiError, MEDIA_TYPE};
use crate::response::finished;

/// What a management endpoint answers when all is well.
#[derive(Debug)]
pub enum Answer<T> {
    /// A resource, a collection, or `null`.
    Found(T),
    /// Some resources, and where the others are.
    Page(T, Links),
    /// A resource that was made.
    Created(Created<T>),
    /// Nothing, for there is nothing left.
    Gone,
}

/// A resource that was made, and its URL.
#[derive(Debug)]
pub struct Created<T> {
    /// The resource.
    pub data: T,
    /// Its `links.self`.
    pub location: String,
}

/// The links of a page (JSON:API 1.1, pagination).
#[derive(Debug, Serialize)]
pub struct Links {
    /// The first page.
    pub first: String,
    /// The next page, when there is one.
    pub next: Option<String>,
}

#[derive(Serialize)]
struct Document<'a, T> {
    data: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<&'a Links>,
}

impl<'a, T> Document<'a, T> {
    const fn new(data: &'a T, links: Option<&'a Links>) -> Self {
        Self { data, links }
    }
}

/// The response for what an endpoint answers.
#[must_use]
pub fn answer<T: Serialize>(result: Result<Answer<T>, ApiError>) -> Response<Body> {
    let ok = Response::builder().status(StatusCode::OK);
    match result {
        Ok(Answer::Found(data)) => json(ok, &Document::new(&data, None)),
        Ok(Answer::Page(data, links)) => json(ok, &Document::new(&data, Some(&links))),
        Ok(Answer::Created(Created { data, location })) => {
            let created = Response::builder().status(StatusCode::CREATED);
            json(
                created.header(LOCATION, location),
                &Document::new(&data, None),
            )
        }
        Ok(Answer::Gone) => {
            let gone = Response::builder().status(StatusCode::NO_CONTENT);
            let no_store = HeaderValue::from_static("no-store");
            finished(gone.header(CACHE_CONTROL, no_store), Body::Empty)
        }
        Err(error) => error.into_response(),
    }
}

/// Every answer is JSON:API that nobody may keep: some hold secrets.
pub(super) fn json(headers: response::Builder, document: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_string(document).unwrap_or_default();
    let headers = headers
        .header(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    finished(headers, body)
}
