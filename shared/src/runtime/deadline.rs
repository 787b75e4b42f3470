use std::time::Duration;

use crate::fault::Fault;
use crate::model::gate::Window;

/// The time that a request has before it is answered with 503; two seconds less than Lambda gives
/// it, so that there is always an answer (`Timeout` in `template.yaml`).
const REQUEST_TIME: Duration = Duration::from_secs(8);

// The quota holds for writes that commit up to a bucket after the request read the clock.
const _: () = assert!(REQUEST_TIME.as_secs() <= Window::HOUR.bucket_seconds);

/// Gives `work` the time that a request has.
///
/// # Errors
/// What `work` answers, or [`Fault::OutOfTime`].
pub async fn within_request_time<T, E: From<Fault>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    tokio::time::timeout(REQUEST_TIME, work)
        .await
        .unwrap_or_else(|_| Err(E::from(Fault::OutOfTime)))
}
