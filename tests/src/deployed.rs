//! An existing stack at `LATCHKEY_TEST_URL`, used only over HTTP. `LATCHKEY_TEST_CLIENT_ID` and
//! `LATCHKEY_TEST_CLIENT_SECRET` are the credentials of a Builder Admin.
//!
//! Each test gets its own client instead of bootstrap's, whose quota all tests would share. Clients
//! that a test creates through [`Service::send`] are deleted when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;

use reqwest::{Response, Url};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::aws::Aws;
use crate::wire::Wire;
use crate::{Credentials, Latchkey, Lines, Service, TestClock, body, text};

/// A token for these credentials. All tests share it, because it counts against their quota.
static ADMIN: OnceCell<String> = OnceCell::const_new();

/// The paths of the clients and roles that a test created.
#[derive(Default)]
pub(crate) struct CreatedClients(Mutex<Vec<String>>);

impl CreatedClients {
    pub(crate) fn note(&self, response: &Response) {
        if let Some(path) = response.headers().get("location") {
            let path = path.to_str().unwrap().to_owned();
            self.0.lock().unwrap().push(path);
        }
    }

    pub(crate) fn delete(&self, url: &str) {
        let (url, mut paths) = (url.to_owned(), std::mem::take(&mut *self.0.lock().unwrap()));
        // A role can be deleted after the clients that have it.
        paths.sort_by_key(|path| path.starts_with("/auth/roles/"));
        // `drop` cannot await, but a thread can block.
        let deletion = std::thread::spawn(move || delete(&url, paths)).join();
        if !std::thread::panicking() {
            deletion.unwrap();
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn delete(url: &str, paths: Vec<String>) {
    let http = client();
    for path in paths {
        let request = http.delete(format!("{url}{path}"));
        let request = request.bearer_auth(ADMIN.get().unwrap());
        let status = request.send().await.unwrap().status();
        assert!(
            status == 204 || status == 404,
            "{path} was not deleted: {status}"
        );
    }
}

pub(crate) async fn start() -> (Latchkey, Service) {
    let mut service = Service {
        url: setting("LATCHKEY_TEST_URL")
            .trim_end_matches('/')
            .to_owned(),
        aws: Aws::unavailable(),
        bootstrap: Credentials {
            id: setting("LATCHKEY_TEST_CLIENT_ID"),
            secret: setting("LATCHKEY_TEST_CLIENT_SECRET"),
        },
        others: Vec::new(),
        http: client(),
        servers: Vec::new(),
        created: CreatedClients::default(),
    };
    let admin = ADMIN.get_or_init(|| service.admin_token()).await;
    service.others = clients(&service, admin).await;
    let attributes = json!({ "name": "Black-box test", "tokenQuota": 100_000 });
    let own = service.create_client(admin, "Builder Admin", attributes);
    service.bootstrap = own.await.credentials;
    let metadata = service.request("GET", "/.well-known/oauth-authorization-server");
    let metadata = body(metadata.send().await.unwrap()).await;
    let latchkey = Latchkey {
        stack: None,
        issuer: text(&metadata["issuer"]),
        clock: TestClock(None),
        lines: Lines::default(),
        wire: Wire::default(),
        options: local::Options::new(String::new()),
    };
    (latchkey, service)
}

/// The ids of all clients.
async fn clients(service: &Service, token: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some("/auth/app-clients?page[size]=100".to_owned());
    while let Some(path) = next {
        let page = body(service.manage(token, "GET", &path, None).await).await;
        let clients = page["data"].as_array().unwrap();
        ids.extend(clients.iter().map(|client| text(&client["id"])));
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    ids
}

fn client() -> reqwest::Client {
    // Fails if a provider is already installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let url = Url::parse(&setting("LATCHKEY_TEST_URL")).unwrap();
    let host = url.host_str().unwrap();
    let builder = reqwest::Client::builder();
    // RFC 6761 section 6.3: names under localhost mean this machine. Not every resolver complies.
    if host.ends_with(".localhost") {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        return builder.no_proxy().resolve(host, here).build().unwrap();
    }
    builder.build().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "settings of the tests")]
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}
