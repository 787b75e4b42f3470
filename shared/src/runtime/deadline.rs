//! The time limit of a request.

use std::time::Duration;

use crate::fault::Fault;
use crate::model::gate::Window;

/// The time limit of a request, after which the response is 503. It is two seconds below Lambda's
/// own limit (`Timeout` in `template.yaml`), so there is always a response.
const REQUEST_TIME: Duration = Duration::from_secs(8);

// The quota holds for writes that commit up to one bucket after the request read the clock.
const _: () = assert!(REQUEST_TIME.as_secs() <= Window::HOUR.bucket_seconds);

/// Runs `work` within the time limit of a request.
///
/// # Errors
/// The error of `work`, or [`Fault::OutOfTime`].
pub async fn within_request_time<T, E: From<Fault>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    tokio::time::timeout(REQUEST_TIME, work)
        .await
        .unwrap_or_else(|_| Err(E::from(Fault::OutOfTime)))
}
