//! Paths, which API Gateway decodes before it passes them on.

use serde_json::Value;

use super::{are_answered, characters, event, query_seen, without_host};

fn with_path(path: &str) -> Value {
    let mut event = event();
    event["rawPath"] = path.into();
    event["requestContext"]["http"]["path"] = path.into();
    event["rawQueryString"] = "a=b".into();
    event
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_path_with_any_character_is_answered() {
    are_answered(characters().flat_map(|character| {
        [
            format!("/{character}"),
            format!("/a{character}b/c{character}"),
            format!("/{character}{character}{character}/a"),
        ]
        .map(|path| with_path(&path))
    }))
    .await;
}

const PATHS: [&str; 39] = [
    "",
    "/",
    "//",
    "///",
    "//a",
    "//a:99999/b",
    "//[",
    "/..",
    "/../..",
    "/./a",
    "/a/../b",
    "/%",
    "/%zz",
    "/%2f",
    "/%00",
    "/?",
    "/?a",
    "/#",
    "/#a",
    "/a?b#c",
    "/\\",
    "/\\\\a\\b",
    "/a b",
    "/ ",
    "/@",
    "/a@b",
    "/:80",
    "/a:99999",
    "/*",
    "/{id}",
    "/;",
    "/\u{202e}",
    "/<>",
    "/[::1]",
    "/a|b",
    "/^",
    "/`",
    "/'",
    "/\"",
];

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_path_is_answered() {
    are_answered(PATHS.map(with_path)).await;
    are_answered(PATHS.map(|path| without_host(with_path(path)))).await;
    for letter in ["a", "é", "<", "/", "%", "."] {
        are_answered([with_path(&format!("/{}", letter.repeat(5_000)))]).await;
    }
}

/// API Gateway starts every path with a slash; the function does not rely on it.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_path_without_a_leading_slash_is_answered() {
    let paths = [
        ":99999/a", "a", "*", "@", "[", ":", ".", " ", "%", "é", "?", "#",
    ];
    are_answered(paths.map(with_path)).await;
    are_answered(paths.map(|path| without_host(with_path(path)))).await;
}

/// The function must see the exact query, because it refuses credentials in it.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_path_does_not_change_the_query() {
    let mut wrong = Vec::new();
    for path in PATHS {
        let seen = query_seen(&with_path(path)).await;
        if seen.as_deref() != Some("a=b") {
            wrong.push((path, seen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
