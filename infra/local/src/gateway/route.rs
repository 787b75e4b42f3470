//! Route matching: finds the function for a method and a path.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::http::Method;
use percent_encoding::percent_decode_str;

use crate::template::Route;
use shared::runtime::Handler;

/// The routes of the template, each with its handler.
#[derive(Default)]
pub(crate) struct Routes(Vec<(Route, Handler)>);

/// The route of a request.
pub(super) struct Found {
    pub(super) handler: Handler,
    /// The route key, such as `GET /auth/roles/{id}` or `$default`.
    pub(super) route_key: String,
    pub(super) path_parameters: BTreeMap<String, String>,
}

impl Routes {
    pub(crate) fn add(&mut self, route: Route, handler: Handler) {
        self.0.push((route, handler));
    }

    /// All routes.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter().map(|(route, _)| route)
    }

    /// The most specific matching route: static segments take precedence over parameters, then an
    /// exact method over ANY. `$default` matches if no other route does, and has no parameters.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Found> {
        let matches = self.0.iter().filter_map(|(route, handler)| {
            let exact_method = route.method == method.as_str();
            if !exact_method && route.method != "ANY" {
                return None;
            }
            let parameters = parameters(&route.path, path)?;
            Some((route, handler, parameters, exact_method))
        });
        let matching = matches
            .min_by_key(|(route, _, _, exact)| (specificity(&route.path), Reverse(*exact)))
            .map(|(route, handler, parameters, _)| (route, handler, parameters));
        let mut defaults = self.0.iter().filter(|(route, _)| route.is_default());
        let default = || {
            let (route, handler) = defaults.next()?;
            Some((route, handler, BTreeMap::new()))
        };
        let (route, handler, path_parameters) = matching.or_else(default)?;
        Some(Found {
            handler: handler.clone(),
            route_key: route.key(),
            path_parameters,
        })
    }
}

/// A sort key: smaller is more specific. The first segment in which two routes differ decides.
fn specificity(pattern: &str) -> Vec<bool> {
    pattern
        .split('/')
        .map(|segment| segment.starts_with('{'))
        .collect()
}

/// The values of the pattern's parameters; `None` if the path does not match.
fn parameters(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = percent_decode_str(segments.next()?).decode_utf8_lossy();
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if segment.is_empty() => return None,
            Some(name) => {
                values.insert(name.to_owned(), segment.into_owned());
            }
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lambda_http::{Body, Response};

    use super::*;

    const ROUTES: [(&str, &str); 5] = [
        ("ANY", "/token"),
        ("ANY", "/clients/{id}"),
        ("GET", "/clients/{id}"),
        ("GET", "/clients/me"),
        ("POST", "/clients/{id}/rotate"),
    ];

    fn find(
        routes: &[(&str, &str)],
        method: &str,
        path: &str,
    ) -> Option<(String, BTreeMap<String, String>)> {
        let mut all = Routes::default();
        for (method, path) in routes {
            let (method, path) = ((*method).to_owned(), (*path).to_owned());
            let handler: Handler = Arc::new(|_| Box::pin(async { Response::new(Body::Empty) }));
            all.add(Route { method, path }, handler);
        }
        let found = all.find(&method.parse().unwrap(), path)?;
        Some((found.route_key, found.path_parameters))
    }

    fn found(method: &str, path: &str) -> Option<(String, BTreeMap<String, String>)> {
        find(&ROUTES, method, path)
    }

    fn route_key(method: &str, path: &str) -> Option<String> {
        Some(found(method, path)?.0)
    }

    #[test]
    fn exact_methods_precede_any_and_static_segments_precede_parameters() {
        assert_eq!(route_key("GET", "/clients/1").unwrap(), "GET /clients/{id}");
        assert_eq!(route_key("PUT", "/clients/1").unwrap(), "ANY /clients/{id}");
        assert_eq!(route_key("GET", "/clients/me").unwrap(), "GET /clients/me");
        assert_eq!(route_key("HEAD", "/token").unwrap(), "ANY /token");
    }

    #[test]
    fn the_default_route_is_the_least_specific_and_has_no_parameters() {
        let mut routes = vec![("ANY", "$default")];
        routes.extend(ROUTES);
        let key = |method, path| find(&routes, method, path).unwrap().0;
        assert_eq!(key("GET", "/clients/1"), "GET /clients/{id}");
        assert_eq!(key("PUT", "/clients/1"), "ANY /clients/{id}");
        for (method, path) in [
            ("GET", "/clients"),
            ("GET", "/clients/1/"),
            ("PUT", "/clients/1/rotate"),
            ("OPTIONS", "*"),
            ("GET", "/$default"),
        ] {
            let none = BTreeMap::new();
            let expected = Some(("$default".to_owned(), none));
            assert_eq!(find(&routes, method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_parameter_is_one_decoded_segment() {
        let (_, parameters) = found("GET", "/clients/a%2Fb%20c").unwrap();
        assert_eq!(parameters["id"], "a/b c");
        let (_, parameters) = found("GET", "/clients/%zz%ff").unwrap();
        assert_eq!(parameters["id"], "%zz\u{fffd}");
    }

    #[test]
    fn a_path_or_method_without_a_route_is_not_found() {
        for (method, path) in [
            ("GET", "/clients"),
            ("GET", "/clients/"),
            ("GET", "/clients/1/"),
            ("GET", "/clients/1/rotate"),
            ("GET", ""),
            ("OPTIONS", "*"),
            ("POST", "//clients/1/rotate"),
        ] {
            assert_eq!(route_key(method, path), None, "{method} {path}");
        }
    }
}
