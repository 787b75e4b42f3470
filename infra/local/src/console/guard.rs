//! Who gets the first App Client's credentials: the console in a browser on this machine.

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, header};
use url::Url;

/// Fields that a proxy adds. A request through a proxy may come from another machine, though its
/// connection does not.
const FORWARDED: [HeaderName; 4] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// Decides from a request whether it is the console's.
pub(super) struct Guard {
    /// The values of `Host` under which a browser reaches this service.
    hosts: Vec<String>,
}

impl Guard {
    pub(super) fn new(issuer: &str, port: u16) -> Self {
        let own = ["127.0.0.1", "localhost", "[::1]"];
        let own = own.map(|host| format!("http://{host}:{port}"));
        let urls = own.iter().map(String::as_str).chain([issuer]);
        Self {
            hosts: urls.filter_map(host).collect(),
        }
    }

    /// Whether the request comes from this machine, for this service, and from no other origin.
    ///
    /// A page of another site can make the browser connect to this machine under the site's own
    /// name (DNS rebinding): then `Host` is that name. Otherwise, `Sec-Fetch-Site` names its
    /// relation to this origin; programs other than browsers do not send that field.
    pub(super) fn admits(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        let is_local = peer.ip().to_canonical().is_loopback()
            && !FORWARDED.iter().any(|name| headers.contains_key(name));
        let mut hosts = headers.get_all(header::HOST).iter();
        let is_own_host = match (hosts.next().map(|host| host.to_str()), hosts.next()) {
            (Some(Ok(host)), None) => self.hosts.contains(&host.to_ascii_lowercase()),
            _ => false,
        };
        let mut sites = headers.get_all("sec-fetch-site").iter();
        is_local && is_own_host && sites.all(|site| site == "same-origin")
    }
}

/// The value of `Host` that a browser sends to this URL.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let name = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(peer: &str, headers: &[(&str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, value.parse().unwrap())
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        Guard::new("https://issuer.example", 3000).admits(peer.parse().unwrap(), &map)
    }

    const LOOPBACK: &str = "127.0.0.1:9";

    #[test]
    fn the_services_own_names_are_admitted() {
        for host in [
            "127.0.0.1:3000",
            "localhost:3000",
            "LocalHost:3000",
            "[::1]:3000",
            "issuer.example",
        ] {
            assert!(admits(LOOPBACK, &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn a_host_without_its_port_is_the_services_own_at_the_default_port() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "localhost".parse().unwrap());
        let peer = LOOPBACK.parse().unwrap();
        assert!(Guard::new("http://127.0.0.1", 80).admits(peer, &headers));
        assert!(!Guard::new("http://127.0.0.1:81", 81).admits(peer, &headers));
    }

    #[test]
    fn other_names_and_ports_are_refused() {
        for host in [
            "attacker.example",
            "attacker.example:3000",
            "127.0.0.1",
            "127.0.0.1:3001",
            "127.0.0.2:3000",
            "localhost",
            "localhost.:3000",
            "localhost:3000.attacker.example",
            "issuer.example:3000",
            "user@127.0.0.1:3000",
            "",
        ] {
            assert!(!admits(LOOPBACK, &[("host", host)]), "{host}");
        }
        assert!(!admits(LOOPBACK, &[]));
        let twice = [("host", "localhost:3000"), ("host", "attacker.example")];
        assert!(!admits(LOOPBACK, &twice));
    }

    #[test]
    fn other_machines_are_refused() {
        let own = [("host", "127.0.0.1:3000")];
        for peer in [LOOPBACK, "127.1.2.3:9", "[::1]:9", "[::ffff:127.0.0.1]:9"] {
            assert!(admits(peer, &own), "{peer}");
        }
        for peer in ["192.0.2.1:9", "10.0.0.1:9", "[fe80::1]:9", "0.0.0.0:9"] {
            assert!(!admits(peer, &own), "{peer}");
        }
        for name in [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-real-ip",
        ] {
            assert!(!admits(LOOPBACK, &[own[0], (name, "192.0.2.1")]), "{name}");
        }
    }

    #[test]
    fn requests_of_other_origins_are_refused() {
        let own = ("host", "127.0.0.1:3000");
        assert!(admits(LOOPBACK, &[own, ("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", "", "same-origin, none"] {
            assert!(
                !admits(LOOPBACK, &[own, ("sec-fetch-site", site)]),
                "{site}"
            );
        }
    }
}
