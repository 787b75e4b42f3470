//! Host headers and domain names from which no valid URL can be built.

use serde_json::{Value, json};

use super::{are_answered, event, query_seen, without_host};

fn with_host(host: &str) -> Value {
    let mut event = event();
    event["headers"]["host"] = host.into();
    event["rawQueryString"] = "a=b".into();
    event
}

const HOSTS: [&str; 64] = [
    "1.2.3.999",
    "a:99999",
    "a:65535",
    "a:",
    ":",
    ":80",
    "[",
    "]",
    "[::1]",
    "[::1",
    "[::1]:80",
    "[::1%25eth0]",
    "[v1.a]",
    "",
    " ",
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "a\\b",
    "a@b",
    "@",
    "@a",
    "user:password@a",
    "us%er@a",
    "%",
    "%41",
    "%zz",
    "%00",
    "<a>",
    "a\"b",
    "a^b",
    "a|b",
    "{a}",
    "a`b",
    "~",
    "*",
    "a,b",
    "a;b",
    "a'b",
    "a=b",
    "a&b",
    "a!b",
    "$",
    "(a)",
    "a+b",
    "0x7f.1",
    "256.256.256.256",
    "1.2.3.4.5",
    "xn--",
    "xn--a",
    "xn--zzzzzz",
    "-",
    ".",
    "..",
    "a..b",
    "a.",
    "\t",
    "a\tb",
    "a_b",
    "http://a",
    "//",
    "https:",
    "a:b:c",
];

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_host_header_is_answered() {
    are_answered(HOSTS.map(with_host)).await;
    are_answered([
        with_host(&"a".repeat(9_000)),
        with_host(&"a.".repeat(4_500)),
    ])
    .await;
}

/// The gateway sets the domain name. It replaces a missing host header.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_domain_name_is_answered() {
    are_answered(HOSTS.map(|host| {
        let mut event = without_host(event());
        event["requestContext"]["domainName"] = host.into();
        event
    }))
    .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_host_that_is_also_the_domain_name_is_answered() {
    are_answered(HOSTS.map(|host| {
        let mut event = with_host(host);
        event["requestContext"]["domainName"] = host.into();
        event
    }))
    .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_event_without_a_host_is_answered() {
    let without_header = without_host(event());
    let mut without_any = without_header.clone();
    let context = without_any["requestContext"].as_object_mut().unwrap();
    context.remove("domainName");
    let mut without_headers = without_any.clone();
    without_headers["headers"] = json!({});
    are_answered([without_header, without_any, without_headers]).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_forwarded_protocol_is_answered() {
    let schemes = [
        "",
        " ",
        "http",
        "javascript",
        "1",
        ":",
        "https://",
        "file",
        "\t",
        "a b",
        "data",
        "mailto",
    ];
    are_answered(schemes.map(|scheme| {
        let mut event = event();
        event["headers"]["x-forwarded-proto"] = scheme.into();
        event
    }))
    .await;
}

/// The function must see the exact query, because it refuses credentials in it.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_host_does_not_change_the_query() {
    let mut wrong = Vec::new();
    for host in HOSTS {
        let seen = query_seen(&with_host(host)).await;
        if seen.as_deref() != Some("a=b") {
            wrong.push((host, seen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
