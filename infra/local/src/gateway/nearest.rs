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
/// How much the similarity of ends counts.
const END: f64 = 0.95;
/// What stands for a parameter of a pattern.
const PARAMETER: &str = "{.}";
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

/// How similar a path is to a pattern, aligned at their starts or at their ends. Or how similar the
/// ends of the same length are: the beginning may be missing, as in `/token`, or too much, as in
/// `/v1/oauth/token`.
fn similarity(pattern: &str, path: &str) -> f64 {
    let [pattern, path] = [pattern, path].map(|text| {
        let segments = text.split('/').filter(|segment| !segment.is_empty());
        // The length of a parameter's name makes no path more similar.
        let segments = segments.map(|segment| match segment.starts_with('{') {
            true => PARAMETER,
            false => segment,
        });
        segments.collect::<Vec<_>>()
    });
    let common = pattern.len().min(path.len());
    let [pattern_end, path_end] = [&pattern, &path].map(|segments| {
        let end = segments.len().saturating_sub(common);
        segments.get(end..).unwrap_or_default()
    });
    let [reversed, path_reversed] = [&pattern, &path].map(|segments| {
        let reversed = segments.iter().rev().copied();
        reversed.collect::<Vec<_>>()
    });
    alike(&pattern, &path)
        .max(alike(&reversed, &path_reversed))
        .max(alike(pattern_end, path_end) * END)
}

/// How similar two lists of segments are. A parameter of the pattern fits every segment, but
/// parameters alone fit nothing.
fn alike(pattern: &[&str], path: &[&str]) -> f64 {
    let is_parameter = |segment: &&&str| **segment == PARAMETER;
    if pattern.iter().all(|segment| is_parameter(&segment)) {
        return 0.0;
    }
    let fitted = path.iter().enumerate().map(|(place, segment)| {
        let parameter = pattern.get(place).filter(is_parameter);
        *parameter.unwrap_or(segment)
    });
    let fitted = fitted.collect::<Vec<_>>().join("/");
    strsim::normalized_damerau_levenshtein(&pattern.join("/"), &fitted)
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
            ("POST", "/tokne", "POST /oauth/token"),
            ("GET", "/clients", "GET /auth/app-clients"),
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
        let id = "50678f92-e79c-49f4-b711-0ebef92289e6";
        for path in [
            "/favicon.ico",
            "/x",
            "*",
            "",
            id,
            &format!("/invoices/{id}"),
            &"/auth/roles".repeat(900),
        ] {
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
