//! What AWS answers, recorded from the local stack, so that nothing but the function is measured.

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

/// One answer of AWS.
#[derive(Clone, Debug)]
pub(crate) struct RecordedResponse {
    /// The operation that it answers, as `x-amz-target` names it.
    pub(crate) target: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// The answers that are still to be given, by target; a function may ask in parallel.
#[derive(Debug, Default)]
pub(crate) struct Responses(HashMap<String, Vec<RecordedResponse>>);

impl Responses {
    pub(crate) fn new(answers: &[RecordedResponse]) -> Self {
        let mut by_target = HashMap::<_, Vec<_>>::new();
        for answer in answers.iter().rev() {
            by_target
                .entry(answer.target.clone())
                .or_default()
                .push(answer.clone());
        }
        Self(by_target)
    }

    /// Whether there are none left.
    pub(crate) fn are_given(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }

    /// The next answer to that operation; `None` when it was not asked that often before.
    pub(crate) fn next(&mut self, target: &str) -> Option<RecordedResponse> {
        self.0.get_mut(target)?.pop()
    }
}

/// Writes down what AWS answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseRecorder(Arc<Mutex<Vec<RecordedResponse>>>);

impl ResponseRecorder {
    /// What was answered since the last look.
    pub(crate) fn take(&self) -> Vec<RecordedResponse> {
        std::mem::take(&mut *self.answers())
    }

    /// What `local::Options::http_client` takes.
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

    fn answers(&self) -> MutexGuard<'_, Vec<RecordedResponse>> {
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
        let answer = self.connector.call(request);
        let recorder = self.recorder.clone();
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            let content_type = answer.headers().get("content-type").unwrap_or_default();
            let body = answer.body().bytes().unwrap_or_default();
            let written_down = RecordedResponse {
                target,
                content_type: content_type.to_owned(),
                body: String::from_utf8_lossy(body).into_owned(),
            };
            recorder.answers().push(written_down);
            Ok(answer)
        })
    }
}

/// An HTTP client that gives the same answer to an operation whenever it is asked.
pub(crate) fn replay(answers: &[RecordedResponse]) -> SharedHttpClient {
    let answers = answers.iter().map(|a| (a.target.clone(), a.clone()));
    let connector = SharedHttpConnector::new(Replay(Arc::new(answers.collect())));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Replay(Arc<HashMap<String, RecordedResponse>>);

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(match self.0.get(&target(&request)) {
            Some(answer) => Ok(response(answer)),
            None => Err(ConnectorError::user("not recorded".into())),
        })
    }
}

fn response(answer: &RecordedResponse) -> HttpResponse {
    let status = axum::http::StatusCode::OK.into();
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body.clone()));
    let content_type = answer.content_type.clone();
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

    fn answer(target: &str, body: &str) -> RecordedResponse {
        RecordedResponse {
            target: target.to_owned(),
            content_type: String::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn answers_come_in_the_order_of_their_operation_and_once() {
        let recorded = [answer("Get", "1"), answer("Put", "2"), answer("Get", "3")];
        let mut answers = Responses::new(&recorded);
        let mut next = |target| answers.next(target).map(|answer| answer.body);
        assert_eq!(next("Put").as_deref(), Some("2"));
        assert_eq!(next("Get").as_deref(), Some("1"));
        assert_eq!(next("Get").as_deref(), Some("3"));
        assert_eq!(next("Get"), None);
        assert_eq!(next("Delete"), None);
    }
}
