//! The routes nearest to a path that does not exist. Only the local service names them; the rest of
//! its response is the deployed one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::description::description;
use crate::template::Route;

/// The number of paths to name.
const MOST: usize = 3;
/// The similarity from which a path is near, between 0 and 1.
const NEAR: f64 = 0.6;
/// How much less similar than the nearest path the others may be.
const SPREAD: f64 = 0.2;
/// In characters. No route is longer, so a longer path is near to none.
const LONGEST: usize = 200;

/// The keys of the routes nearest to a path, the nearest first. If a path has the method, its other
/// methods are left out.
pub(super) fn nearest<'a>(
    routes: impl Iterator<Item = &'a Route>,
    method: &str,
    path: &str,
) -> Vec<String> {
    if path.len() > LONGEST {
        return Vec::new();
    }
    let path = path.to_ascii_lowercase();
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in routes.filter(|route| !route.is_default() && route.method != "HEAD") {
        methods
            .entry(&route.path)
            .or_default()
            .insert(&route.method);
    }
    let near = methods
        .keys()
        .map(|pattern| (similarity(pattern, &path), *pattern));
    let mut near: Vec<_> = near.filter(|(similarity, _)| *similarity >= NEAR).collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let best = near.first().map_or(NEAR, |(similarity, _)| *similarity);
    near.retain(|(similarity, _)| best - similarity <= SPREAD);
    let keys = near.into_iter().take(MOST).flat_map(|(_, pattern)| {
        let all = methods.get(pattern).into_iter().flatten();
        let has_it = all.clone().any(|one| *one == method);
        let fitting = all.filter(move |one| !has_it || **one == method);
        fitting.map(move |one| format!("{one} {pattern}"))
    });
    keys.collect()
}

/// Adds the routes to the description in the body of a 404, unless it names one already. The form of
/// the body stays that of a deployment; the description is for people, and may change.
pub(super) fn add_to(result: &mut Json, nearest: &[String]) {
    if nearest.is_empty() || result["statusCode"] != 404 {
        return;
    }
    let body = result["body"].as_str().unwrap_or_default();
    let Some(description) = description(body) else {
        return;
    };
    let mut paths = nearest.iter().filter_map(|key| key.split(' ').nth(1));
    if paths.any(|path| description.contains(path)) {
        return;
    }
    let longer = format!("{description} Nearest: {}.", nearest.join(", "));
    // Only this text changes: not the order of the members.
    let [old, new] = [description, longer].map(|text| Json::from(text).to_string());
    result["body"] = body.replacen(&old, &new, 1).into();
}

/// How similar a path is to a pattern, whose parameters fit every segment.
fn similarity(pattern: &str, path: &str) -> f64 {
    let segments = |text: &str| isize::try_from(text.split('/').count()).unwrap_or_default();
    let skipped = segments(path) - segments(pattern);
    let [from_start, from_end] = [0, skipped].map(|shift| filled(pattern, path, shift));
    let alike = |filled: &str| strsim::normalized_damerau_levenshtein(filled, path);
    let similarity = alike(&from_start).max(alike(&from_end));
    // A beginning that is missing or too much, as in /token or /v1/oauth/token. One segment alone
    // would fit every parameter.
    let path = path.trim_matches('/');
    let whole = if path.contains('/') {
        &from_end
    } else {
        pattern
    };
    let whole = whole.trim_start_matches('/');
    let is_end = path.len() > 2 && (whole.ends_with(path) || path.ends_with(whole));
    if is_end {
        similarity.max(NEAR)
    } else {
        similarity
    }
}

/// The pattern with the segments of the path for its parameters. The segment `n` of the pattern
/// corresponds to the segment `n + shift` of the path.
fn filled(pattern: &str, path: &str, shift: isize) -> String {
    let path: Vec<_> = path.split('/').collect();
    let segments = pattern.split('/').enumerate().map(|(place, segment)| {
        let place = place.checked_add_signed(shift);
        let fitting = place.and_then(|place| path.get(place));
        match fitting {
            Some(fitting) if !fitting.is_empty() && segment.starts_with('{') => *fitting,
            _ => segment,
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::Template;

    fn near(method: &str, path: &str) -> Vec<String> {
        let functions = Template::built_in().unwrap().functions;
        let routes = functions.iter().flat_map(|function| &function.routes);
        nearest(routes, method, path)
    }

    #[test]
    fn the_nearest_route_comes_first() {
        for (method, path, expected) in [
            ("POST", "/token", "POST /oauth/token"),
            ("POST", "/oauth2/token", "POST /oauth/token"),
            ("POST", "/oauth/tokens", "POST /oauth/token"),
            ("POST", "/v1/oauth/token", "POST /oauth/token"),
            ("POST", "/OAuth/Token", "POST /oauth/token"),
            ("GET", "/jwks.json", "GET /.well-known/jwks.json"),
            ("GET", "/.well-known/jwks", "GET /.well-known/jwks.json"),
            ("GET", "/openapi.yaml", "GET /openapi.json"),
            ("GET", "/auth/clients", "GET /auth/app-clients"),
            ("POST", "/auth/app-client", "POST /auth/app-clients"),
            ("GET", "/app-clients/1", "GET /auth/app-clients/{id}"),
            ("GET", "/auth/role/1", "GET /auth/roles/{id}"),
            ("GET", "/auth/roles/", "GET /auth/roles"),
            (
                "POST",
                "/auth/app-clients/50678f92-e79c-49f4-b711-0ebef92289e6/rotate_secret",
                "POST /auth/app-clients/{id}/rotate-secret",
            ),
        ] {
            let near = near(method, path);
            assert_eq!(
                near.first().map(String::as_str),
                Some(expected),
                "{path}: {near:?}"
            );
        }
    }

    #[test]
    fn a_path_that_is_much_less_similar_than_the_nearest_is_left_out() {
        assert_eq!(near("GET", "/auth/role"), ["GET /auth/roles"]);
    }

    #[test]
    fn without_the_method_all_methods_of_the_path_are_named() {
        let near = near("PURGE", "/auth/app-client");
        assert_eq!(
            near[..2],
            ["GET /auth/app-clients", "POST /auth/app-clients"]
        );
    }

    #[test]
    fn a_path_that_is_like_no_route_has_none() {
        for path in ["/favicon.ico", "/x", "*", "", &"/auth/roles".repeat(900)] {
            assert_eq!(near("GET", path), [""; 0], "{path}");
        }
    }

    #[test]
    fn only_the_description_of_a_404_gets_them() {
        let nearest = ["GET /auth/roles".to_owned()];
        let with = |status: u16, body: &str| {
            let mut result = json!({ "statusCode": status, "body": body });
            add_to(&mut result, &nearest);
            result["body"].as_str().unwrap().to_owned()
        };
        for (before, after) in [
            (
                r#"{"error":"not_found","error_description":"No \"path\"."}"#,
                r#"{"error":"not_found","error_description":"No \"path\". Nearest: GET /auth/roles."}"#,
            ),
            (
                r#"{"errors":[{"title":"No","detail":"No path."}]}"#,
                r#"{"errors":[{"title":"No","detail":"No path. Nearest: GET /auth/roles."}]}"#,
            ),
        ] {
            assert_eq!(with(404, before), after);
            assert_eq!(with(405, before), before);
        }
        let named = r#"{"error_description":"Remove the slash: /auth/roles."}"#;
        for other in [named, "", "{}", "[]", r#"{"errors":[]}"#] {
            assert_eq!(with(404, other), other);
        }
    }
}
