//! AWS's responses, recorded from the local stack, so that only the function is measured.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use local::HttpClientWrapper;

/// A response of AWS.
#[derive(Clone, Debug)]
pub(crate) struct RecordedResponse {
    /// The operation, as in `x-amz-target`.
    pub(crate) target: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// The responses not yet returned, by target, because a function may make calls in parallel.
#[derive(Debug, Default)]
pub(crate) struct Responses(HashMap<String, Vec<RecordedResponse>>);

impl Responses {
    pub(crate) fn new(responses: &[RecordedResponse]) -> Self {
        let mut by_target = HashMap::<_, Vec<_>>::new();
        for response in responses.iter().rev() {
            by_target
                .entry(response.target.clone())
                .or_default()
                .push(response.clone());
        }
        Self(by_target)
    }

    /// Whether all responses were returned.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }

    /// The next response to an operation; `None` if no further call was recorded.
    pub(crate) fn next(&mut self, target: &str) -> Option<RecordedResponse> {
        self.0.get_mut(target)?.pop()
    }
}

/// Records AWS's responses.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseRecorder(Arc<Mutex<Vec<RecordedResponse>>>);

impl ResponseRecorder {
    /// Takes the responses since the last call.
    pub(crate) fn take(&self) -> Vec<RecordedResponse> {
        std::mem::take(&mut *self.responses())
    }

    /// A value for `local::Options::http_client`.
    pub(crate) fn wrapper(&self) -> HttpClientWrapper {
        let recorder = self.clone();
        Arc::new(move |client| {
            let recorder = recorder.clone();
            http_client_fn(move |settings, components| {
                SharedHttpConnector::new(Recording {
                    recorder: recorder.clone(),
                    connector: client.http_connector(settings, components),
                })
            })
        })
    }

    fn responses(&self) -> MutexGuard<'_, Vec<RecordedResponse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Recording {
    recorder: ResponseRecorder,
    connector: SharedHttpConnector,
}

impl HttpConnector for Recording {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = target(&request);
        let response = self.connector.call(request);
        let recorder = self.recorder.clone();
        HttpConnectorFuture::new(async move {
            let response = response.await?;
            let content_type = response.headers().get("content-type").unwrap_or_default();
            let body = response.body().bytes().unwrap_or_default();
            let recorded = RecordedResponse {
                target,
                content_type: content_type.to_owned(),
                body: String::from_utf8_lossy(body).into_owned(),
            };
            recorder.responses().push(recorded);
            Ok(response)
        })
    }
}

/// An HTTP client that returns the same response for an operation every time.
pub(crate) fn replay(responses: &[RecordedResponse]) -> SharedHttpClient {
    let responses = responses.iter().map(|r| (r.target.clone(), r.clone()));
    let connector = SharedHttpConnector::new(Replay(Arc::new(responses.collect())));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Replay(Arc<HashMap<String, RecordedResponse>>);

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(match self.0.get(&target(&request)) {
            Some(recorded) => Ok(response(recorded)),
            None => Err(ConnectorError::user("not recorded".into())),
        })
    }
}

fn response(recorded: &RecordedResponse) -> HttpResponse {
    let status = axum::http::StatusCode::OK.into();
    let mut response = HttpResponse::new(status, SdkBody::from(recorded.body.clone()));
    let content_type = recorded.content_type.clone();
    response.headers_mut().insert("content-type", content_type);
    response
}

fn target(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target");
    target.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(target: &str, body: &str) -> RecordedResponse {
        RecordedResponse {
            target: target.to_owned(),
            content_type: String::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn each_operation_returns_its_responses_in_order_and_once() {
        let calls = [
            recorded("Get", "1"),
            recorded("Put", "2"),
            recorded("Get", "3"),
        ];
        let mut responses = Responses::new(&calls);
        let mut next = |target| responses.next(target).map(|response| response.body);
        assert_eq!(next("Put").as_deref(), Some("2"));
        assert_eq!(next("Get").as_deref(), Some("1"));
        assert_eq!(next("Get").as_deref(), Some("3"));
        assert_eq!(next("Get"), None);
        assert_eq!(next("Delete"), None);
    }
}
