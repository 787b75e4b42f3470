//! The console's pages and the credentials behind them, over HTTP.
#![expect(
    clippy::unwrap_used,
    reason = "clippy exempts only functions marked as tests, not their helpers"
)]

use local::{Instance, Options, Stack, Storage};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PAGES: [&str; 3] = ["/", "/docs", "/console/console.js"];

/// A running service with its console.
struct Service {
    port: u16,
    secret: String,
}

impl Service {
    async fn start() -> Self {
        let stack = Stack::open(Storage::Ephemeral).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let issuer = format!("http://127.0.0.1:{port}");
        let instance = Instance::start(&stack, &Options::new(issuer)).unwrap();
        instance.bootstrap().await.unwrap();
        let secret = stack.secret(Stack::BOOTSTRAP_CREDENTIALS).unwrap();
        tokio::spawn(async move {
            instance
                .serve_with_console(listener, std::future::pending())
                .await
        });
        Self { port, secret }
    }

    /// The head and the body of the response. `fields` ends each line with `\r\n`.
    async fn ask(&self, method: &str, path: &str, fields: &str) -> (String, String) {
        let address = ("127.0.0.1", self.port);
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n{fields}\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        connection.read_to_end(&mut response).await.unwrap();
        let response = String::from_utf8_lossy(&response).into_owned();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    /// The response to the page's request for credentials, with further fields.
    async fn credentials(&self, fields: &str) -> (String, String) {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        self.ask("GET", "/console/credentials", &(host + fields))
            .await
    }

    async fn get(&self, path: &str) -> (String, String) {
        let fields = format!("Host: 127.0.0.1:{}\r\n", self.port);
        self.ask("GET", path, &fields).await
    }
}

#[tokio::test]
async fn the_console_gets_the_first_clients_credentials() {
    let service = Service::start().await;
    for site in ["", "Sec-Fetch-Site: same-origin\r\n"] {
        let (head, body) = service.credentials(site).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert_eq!(body, service.secret);
    }
}

#[tokio::test]
async fn a_request_under_another_name_gets_no_credentials() {
    let service = Service::start().await;
    let other_port = service.port ^ 1;
    for host in [
        "Host: attacker.example\r\n".to_owned(),
        format!("Host: attacker.example:{}\r\n", service.port),
        format!("Host: 127.0.0.1:{other_port}\r\n"),
        "Host: localhost\r\n".to_owned(),
    ] {
        let (head, body) = service.ask("GET", "/console/credentials", &host).await;
        assert!(head.starts_with("http/1.1 403 "), "{host}: {head}");
        assert!(!body.contains("lk_secret_"), "{host}");
    }
}

#[tokio::test]
async fn a_request_from_another_site_or_through_a_proxy_gets_no_credentials() {
    let service = Service::start().await;
    for field in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\n",
        "X-Forwarded-For: 192.0.2.1\r\n",
        "Forwarded: for=192.0.2.1\r\n",
    ] {
        let (head, body) = service.credentials(field).await;
        assert!(head.starts_with("http/1.1 403 "), "{field}: {head}");
        assert!(!body.contains("lk_secret_"), "{field}");
    }
}

#[tokio::test]
async fn no_response_permits_another_origin_a_frame_or_a_cache() {
    let service = Service::start().await;
    let other = "Origin: http://attacker.example\r\n";
    let mut heads = vec![service.credentials(other).await.0];
    for page in PAGES {
        heads.push(service.get(page).await.0);
    }
    for head in heads {
        assert!(!head.contains("access-control-"), "{head}");
        for field in [
            "cache-control: no-store",
            "x-frame-options: deny",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin",
            "frame-ancestors 'none'",
        ] {
            assert!(head.contains(field), "{field}: {head}");
        }
    }
    let preflight = "Access-Control-Request-Method: GET\r\n";
    let fields = format!("Host: 127.0.0.1:{}\r\n{other}{preflight}", service.port);
    let (head, _) = service
        .ask("OPTIONS", "/console/credentials", &fields)
        .await;
    assert!(head.starts_with("http/1.1 405 "), "{head}");
    assert!(!head.contains("access-control-"), "{head}");
}

#[tokio::test]
async fn the_policy_of_each_page_forbids_other_origins_and_inline_code() {
    let service = Service::start().await;
    for page in PAGES {
        let (head, _) = service.get(page).await;
        let mut lines = head.lines();
        let policy = lines.find_map(|line| line.strip_prefix("content-security-policy: "));
        for directive in policy.unwrap().split("; ") {
            let (name, values) = directive.split_once(' ').unwrap();
            for value in values.split(' ') {
                let is_allowed = match name {
                    "require-trusted-types-for" => value == "'script'",
                    "img-src" => ["'self'", "data:"].contains(&value),
                    _ => ["'none'", "'self'"].contains(&value),
                };
                assert!(is_allowed, "{page}: {directive}");
            }
        }
        assert!(head.contains("default-src 'none'"), "{head}");
    }
}

#[tokio::test]
async fn the_pages_contain_no_credentials() {
    let service = Service::start().await;
    for page in PAGES {
        let (head, body) = service.get(page).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(!body.contains("lk_secret_"), "{page}");
    }
}

#[tokio::test]
async fn the_console_takes_no_route_from_the_api() {
    let service = Service::start().await;
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let functions = &stack.template().functions;
    for route in functions.iter().flat_map(|function| &function.routes) {
        let path = route.path.replace(['{', '}'], "");
        let (head, _) = service.get(&path).await;
        // Only the console's files have a policy.
        assert!(!head.contains("content-security-policy"), "{path}: {head}");
    }
    for path in ["/other", "/console", "/console/", "/docs/"] {
        let (head, _) = service.get(path).await;
        assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
    }
}

#[tokio::test]
async fn without_the_console_the_service_has_only_the_api() {
    let stack = Stack::open(Storage::Ephemeral).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let instance = Instance::start(&stack, &Options::new("http://issuer")).unwrap();
    tokio::spawn(async move { instance.serve(listener).await });
    let secret = String::new();
    let service = Service { port, secret };
    for path in ["/", "/docs", "/console/credentials"] {
        let (head, _) = service.get(path).await;
        assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
    }
}
