//! The functions of the code beside those of `template.yaml`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::{BTreeMap, BTreeSet};

use lambda_http::http::StatusCode;
use lambda_http::{Body, Request};
use local::Template;
use local::functions::all;
use tests::Latchkey;
use tests::aws::Aws;

type Routes = BTreeMap<String, BTreeSet<String>>;

/// The route keys of each function, as the template gives them to API Gateway.
fn of_the_template() -> Routes {
    let functions = Template::built_in().unwrap().functions.into_iter();
    functions
        .map(|function| {
            let routes = function.routes.iter();
            let keys = routes.map(|route| format!("{} {}", route.method, route.path));
            (function.binary.clone(), keys.collect())
        })
        .collect()
}

#[test]
fn every_function_serves_the_routes_that_the_template_gives_it() {
    let of_the_code: Routes = all()
        .map(|function| {
            let routes = (function.routes)().into_iter();
            (
                function.name.to_owned(),
                routes.map(str::to_owned).collect(),
            )
        })
        .collect();
    assert_eq!(of_the_code.len(), all().count(), "two of one name");
    assert_eq!(of_the_code, of_the_template());
}

#[test]
fn no_route_has_two_functions() {
    let routes: Vec<_> = all().flat_map(|function| (function.routes)()).collect();
    let distinct: BTreeSet<_> = routes.iter().collect();
    assert_eq!(distinct.len(), routes.len(), "{routes:?}");
}

/// Only a template that disagrees with the code can ask for it, so that it is no caller's mistake.
#[tokio::test]
async fn a_route_that_a_function_does_not_serve_is_an_error_of_the_server() {
    let latchkey = Latchkey::empty().await;
    let functions = latchkey.functions(&Aws::default());
    let mut asked = 0;
    for function in all().filter(|function| !(function.routes)().is_empty()) {
        let handler = functions.handler(function.name).unwrap();
        let response = handler(Request::new(Body::Empty)).await;
        // The token function has one route, and looks at nothing but the request.
        let expected = match function.name {
            "token" => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        assert_eq!(response.status(), expected, "{}", function.name);
        asked += 1;
    }
    assert!(asked > 5);
}
