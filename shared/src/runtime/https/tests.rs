use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::http_client_fn;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A server with a self-signed certificate for `localhost`.
struct Server {
    listener: TcpListener,
    tls: TlsAcceptor,
    roots: RootCertStore,
}

impl Server {
    async fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            tls: TlsAcceptor::from(Arc::new(config)),
            roots,
        }
    }

    fn url(&self, scheme: &str, host: &str) -> String {
        let port = self.listener.local_addr().unwrap().port();
        format!("{scheme}://{host}:{port}/")
    }

    /// Answers one request.
    async fn answer(self) -> io::Result<()> {
        let (stream, _) = self.listener.accept().await?;
        let mut byte = [0];
        stream.peek(&mut byte).await?;
        // RFC 8446 §5.1: a handshake starts with 22.
        if byte == [22] {
            answered(self.tls.accept(stream).await?).await
        } else {
            answered(stream).await
        }
    }
}

async fn answered(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    answer_once(&mut stream, "200 OK", "hello").await?;
    stream.shutdown().await
}

async fn answer_once(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    status: &str,
    body: &str,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.split("content-length: ").nth(1);
    let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
    stream.read_exact(&mut vec![0; length]).await?;
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await
}

async fn ask(connector: &SharedHttpConnector, url: String) -> Result<HttpResponse, ConnectorError> {
    let mut request = HttpRequest::empty();
    request.set_uri(url).unwrap();
    connector.call(request).await
}

/// Sends the server one request. Returns the results of both sides.
async fn exchange(
    connector: &SharedHttpConnector,
    server: Server,
    [scheme, host]: [&str; 2],
) -> (Result<HttpResponse, ConnectorError>, io::Result<()>) {
    let url = server.url(scheme, host);
    tokio::join!(ask(connector, url), Box::pin(server.answer()))
}

#[test]
fn all_five_amazon_roots_are_trusted() {
    assert_eq!(root_store(&RootCertificates::Amazon).unwrap().len(), 5);
}

#[test]
fn a_function_without_root_certificates_does_not_start() {
    let nowhere = RootCertificates::Named {
        file: Some("/nowhere.pem".into()),
        directory: None,
    };
    let error = connector(&nowhere).unwrap_err();
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
}

#[tokio::test]
async fn a_server_with_a_trusted_certificate_is_accepted() {
    let server = Server::new().await;
    let connector = connector_trusting(server.roots.clone(), Clock::system());
    let (response, served) = exchange(&connector, server, ["https", "localhost"]).await;
    served.unwrap();
    let response = response.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let body = http_body_util::BodyExt::collect(response.into_body());
    assert_eq!(body.await.unwrap().to_bytes(), "hello");
}

#[tokio::test]
async fn a_certificate_with_an_untrusted_root_is_rejected() {
    let other = Server::new().await.roots;
    for connector in [
        connector(&RootCertificates::Amazon).unwrap(),
        connector_trusting(other, Clock::system()),
    ] {
        let server = Server::new().await;
        let (response, served) = exchange(&connector, server, ["https", "localhost"]).await;
        assert!(response.unwrap_err().is_io());
        served.unwrap_err();
    }
}

#[tokio::test]
async fn an_unfinished_handshake_times_out() {
    let server = Server::new().await;
    let (connector, url) = (
        connector_trusting(server.roots.clone(), Clock::system()),
        server.url("https", "localhost"),
    );
    let silent = async {
        let connection = server.listener.accept().await.unwrap();
        // From here on, time passes as soon as all tasks wait for it.
        tokio::time::pause();
        std::future::pending::<()>().await;
        drop(connection);
    };
    let longer = tokio::time::sleep(CONNECT_TIMEOUT * 2);
    tokio::select! {
        response = ask(&connector, url) => assert!(response.unwrap_err().is_io()),
        () = silent => {}
        () = longer => panic!("the connection attempt did not time out"),
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_rejected() {
    let server = Server::new().await;
    let connector = connector_trusting(server.roots.clone(), Clock::system());
    let (response, served) = exchange(&connector, server, ["https", "127.0.0.1"]).await;
    assert!(response.unwrap_err().is_io());
    served.unwrap_err();
}

#[tokio::test]
async fn an_endpoint_without_tls_is_accepted() {
    let server = Server::new().await;
    let connector = connector(&RootCertificates::Amazon).unwrap();
    let (response, served) = exchange(&connector, server, ["http", "127.0.0.1"]).await;
    served.unwrap();
    assert!(response.is_ok());
}

/// The SDK tries again after an I/O error.
#[tokio::test]
async fn a_closed_connection_and_a_missing_server_are_io_errors() {
    let server = Server::new().await;
    let (connector, url) = (
        connector(&RootCertificates::Amazon).unwrap(),
        server.url("http", "127.0.0.1"),
    );
    let hang_up = async {
        drop(server.listener.accept().await);
        drop(server);
    };
    let (response, ()) = tokio::join!(ask(&connector, url.clone()), hang_up);
    assert!(response.unwrap_err().is_io());
    assert!(ask(&connector, url).await.unwrap_err().is_io());
}

#[tokio::test]
async fn a_connection_is_not_reused_after_a_failed_attempt() {
    let server = Server::new().await;
    let connector = connector(&RootCertificates::Amazon).unwrap();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .credentials_provider(aws_credential_types::Credentials::new(
            "id", "secret", None, None, "",
        ))
        .endpoint_url(server.url("http", "127.0.0.1"))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .region(aws_sdk_dynamodb::config::Region::new("eu-central-1"))
        .build();
    let dynamodb = aws_sdk_dynamodb::Client::from_conf(config);
    let served = async {
        let (mut first, _) = server.listener.accept().await?;
        answer_once(&mut first, "500 Internal Server Error", "{}").await?;
        assert_eq!(first.read(&mut [0]).await?, 0, "the connection was reused");
        let (mut second, _) = server.listener.accept().await?;
        answer_once(&mut second, "200 OK", r#"{"TableNames":[]}"#).await
    };
    let (answer, served) = tokio::join!(dynamodb.list_tables().send(), served);
    served.unwrap();
    answer.unwrap();
}

/// Sends a server two requests, and lets this many seconds pass between them by the clock, not for
/// the runtime. Returns whether the second one came over the same connection.
async fn is_used_again_after(seconds: i64) -> bool {
    let server = Server::new().await;
    let began = 1_800_000_000_u64;
    let time = Arc::new(AtomicU64::new(began));
    let clock = {
        let time = Arc::clone(&time);
        Clock::from_fn(move || Timestamp::from_epoch_seconds(time.load(Ordering::SeqCst)))
    };
    let connector = connector_trusting(server.roots.clone(), clock);
    let url = server.url("https", "localhost");
    let asked = async {
        for _ in 0..2 {
            let response = ask(&connector, url.clone()).await.unwrap();
            let body = http_body_util::BodyExt::collect(response.into_body());
            assert_eq!(body.await.unwrap().to_bytes(), "hello");
            // The connection's task returns it to the pool.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            time.store(began.saturating_add_signed(seconds), Ordering::SeqCst);
        }
    };
    let accepted = async || {
        server
            .tls
            .accept(server.listener.accept().await.unwrap().0)
            .await
    };
    let served = async {
        let mut first = accepted().await.unwrap();
        answer_once(&mut first, "200 OK", "hello").await.unwrap();
        tokio::select! {
            Ok(()) = answer_once(&mut first, "200 OK", "hello") => true,
            second = accepted() => {
                let mut second = second.unwrap();
                answer_once(&mut second, "200 OK", "hello").await.unwrap();
                false
            }
        }
    };
    tokio::join!(asked, served).1
}

#[tokio::test]
async fn requests_in_quick_succession_use_one_connection() {
    for seconds in [0, 1, 50] {
        assert!(Box::pin(is_used_again_after(seconds)).await, "{seconds}");
    }
}

/// Such a connection may have died silently while the instance was frozen. Only the time of day
/// shows how long that was.
#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_by_the_time_of_day_is_not_used_again() {
    for seconds in [51, 60, 86_400] {
        assert!(!Box::pin(is_used_again_after(seconds)).await, "{seconds}");
    }
}

/// How long the connection was idle is unknown.
#[tokio::test]
async fn a_connection_is_not_used_again_after_the_time_of_day_went_back() {
    for seconds in [-1, -60, -86_400] {
        assert!(!Box::pin(is_used_again_after(seconds)).await, "{seconds}");
    }
}
