//! The HTTP client for AWS: HTTP/1.1 over TLS, with only the features that a function uses
//! (docs/adr/0015).

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper::rt::{Sleep, Timer};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as Tcp, capture_connection,
};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use lambda_http::Service;
use lambda_http::http::Uri;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};
use tokio::time::timeout;

use super::variables::VariableError;
use crate::clock::Clock;
use crate::model::Timestamp;

/// The root certificates of AWS's endpoints: all five of <https://www.amazontrust.com/repository/>.
const AMAZON_TRUST_SERVICES: &[u8] = include_bytes!("amazon_trust_services.pem");

/// The time limit for a connection to AWS.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(800);

/// How long a connection may be idle and be used again. DynamoDB closes one after about 60 s. Later
/// than that, the end of a connection may go unnoticed, and a request on it waits for a timeout.
const IDLE_LIMIT: Duration = Duration::from_secs(50);

/// Which root certificates to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootCertificates {
    /// Those of Amazon Trust Services, which are compiled in (docs/adr/0014).
    Amazon,
    /// Those in the system's certificate store.
    System,
    /// Those in a PEM file or in a directory of PEM files.
    Named {
        /// `SSL_CERT_FILE`.
        file: Option<PathBuf>,
        /// `SSL_CERT_DIR`.
        directory: Option<PathBuf>,
    },
}

/// A connector for any endpoint, by `https:` or `http:`.
///
/// # Errors
/// [`VariableError::NoCertificates`] when there are no root certificates to trust.
pub fn connector(certificates: &RootCertificates) -> Result<SharedHttpConnector, VariableError> {
    Ok(connector_trusting(
        root_store(certificates)?,
        Clock::system(),
    ))
}

fn connector_trusting(roots: RootCertStore, clock: Clock) -> SharedHttpConnector {
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(WallClock::new(clock))
        .pool_idle_timeout(IDLE_LIMIT)
        .build(InTime(https));
    SharedHttpConnector::new(Https(client))
}

fn root_store(certificates: &RootCertificates) -> Result<RootCertStore, VariableError> {
    let certificates: Vec<_> = match certificates {
        RootCertificates::Amazon => {
            let parsed = CertificateDer::pem_slice_iter(AMAZON_TRUST_SERVICES);
            parsed.filter_map(Result::ok).collect()
        }
        RootCertificates::System => load_native_certs().certs,
        RootCertificates::Named { file, directory } => {
            load_certs_from_paths(file.as_deref(), directory.as_deref()).certs
        }
    };
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(VariableError::NoCertificates),
        _ => Ok(roots),
    }
}

/// Connects within [`CONNECT_TIMEOUT`], from DNS lookup to the end of the TLS handshake.
#[derive(Clone, Debug)]
struct InTime(HttpsConnector<Tcp>);

impl Service<Uri> for InTime {
    type Response = <HttpsConnector<Tcp> as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, endpoint: Uri) -> Self::Future {
        let connected = timeout(CONNECT_TIMEOUT, self.0.call(endpoint));
        Box::pin(async { connected.await? })
    }
}

/// The clock by which connections are idle. It is the time of day, because the monotonic clock may
/// stand still while Lambda has frozen the instance. If the time of day goes back, all connections
/// have been idle for too long. For the client the time must be an [`Instant`].
#[derive(Clone, Debug)]
struct WallClock {
    clock: Clock,
    /// The last time of day, and its instant.
    last: Arc<Mutex<(Timestamp, Instant)>>,
}

impl WallClock {
    fn new(clock: Clock) -> Self {
        let last = (clock.now(), TokioTimer::new().now());
        Self {
            clock,
            last: Arc::new(Mutex::new(last)),
        }
    }
}

impl Timer for WallClock {
    fn now(&self) -> Instant {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (time, instant) = *last;
        let now = self.clock.now();
        let elapsed = if now < time {
            IDLE_LIMIT + Duration::from_secs(1)
        } else {
            Duration::from_secs(now.seconds_since(time))
        };
        *last = (now, instant.checked_add(elapsed).unwrap_or(instant));
        last.1
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        TokioTimer::new().sleep(duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(deadline.saturating_duration_since(self.now()))
    }
}

#[derive(Debug)]
struct Https(Client<InTime, SdkBody>);

impl HttpConnector for Https {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&connection));
        }
        let response = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let response = response.await.map_err(cause)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// With this the SDK closes a connection after a failed attempt, instead of using it again.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    connection.connection_metadata().as_ref()?;
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    Some(
        ConnectionMetadata::builder()
            .proxied(false)
            .poison_fn(poison)
            .build(),
    )
}

/// Reports every failure without a readable response as an I/O error, so that the SDK tries again.
fn cause(error: Error) -> ConnectorError {
    ConnectorError::io(error.into())
}

#[cfg(test)]
mod tests;
