//! Compares the routes in the code with those in `template.yaml`.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use std::collections::{BTreeMap, BTreeSet};

use lambda_http::http::StatusCode;
use lambda_http::{Body, Request};
use local::Template;
use local::functions::all;
use tests::Latchkey;
use tests::aws::Aws;

type Routes = BTreeMap<String, BTreeSet<String>>;

/// The route keys of each function in the template.
fn template_routes() -> Routes {
    let functions = Template::built_in().unwrap().functions.into_iter();
    functions
        .map(|function| {
            let routes = function.routes.iter();
            (
                function.binary.clone(),
                routes.map(local::Route::key).collect(),
            )
        })
        .collect()
}

#[test]
fn every_function_serves_its_routes_in_the_template() {
    let code_routes: Routes = all()
        .map(|function| {
            let keys = function.route_keys().into_iter();
            (function.name.to_owned(), keys.collect())
        })
        .collect();
    assert_eq!(
        code_routes.len(),
        all().count(),
        "two functions have the same name"
    );
    assert_eq!(code_routes, template_routes());
}

/// Functions never import each other, so the default route has a table of the paths.
#[test]
fn the_default_route_knows_every_path_and_its_methods() {
    let mut in_template = Routes::new();
    for key in template_routes().into_values().flatten() {
        if let Some((method, path)) = key.split_once(' ') {
            let methods = in_template.entry(path.to_owned()).or_default();
            methods.insert(method.to_owned());
        }
    }
    let known = default_route::PATHS.into_iter().map(|(path, methods)| {
        let mut methods: BTreeSet<_> = methods.iter().map(|one| (*one).to_owned()).collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        (path.to_owned(), methods)
    });
    assert_eq!(known.collect::<Routes>(), in_template);
}

/// Without it, API Gateway would answer with its own 404, and with no limit but the account's.
#[test]
fn one_function_serves_the_default_route() {
    let functions = template_routes().into_iter();
    let mut serving = functions.filter(|(_, keys)| keys.contains("$default"));
    assert_eq!(serving.next().unwrap().0, "default-route");
    assert!(serving.next().is_none());
}

#[test]
fn no_two_functions_serve_the_same_route() {
    let routes: Vec<_> = all().flat_map(|function| function.route_keys()).collect();
    let distinct: BTreeSet<_> = routes.iter().collect();
    assert_eq!(distinct.len(), routes.len(), "{routes:?}");
}

/// Only a template that disagrees with the code can cause this, so it is not a client error.
#[tokio::test]
async fn a_route_that_a_function_does_not_serve_is_a_server_error() {
    let latchkey = Latchkey::empty().await;
    let functions = latchkey.functions(&Aws::default());
    let mut tested = 0;
    for function in all().filter(|function| !(function.routes)().is_empty()) {
        let handler = functions.handler(function.name).unwrap();
        let response = handler(Request::new(Body::Empty)).await;
        // The token function has one route, so it checks only the request.
        let expected = match function.name {
            "token" => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        assert_eq!(response.status(), expected, "{}", function.name);
        tested += 1;
    }
    assert!(tested > 5);
}
