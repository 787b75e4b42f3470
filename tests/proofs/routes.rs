//! The functions of the code beside those of `template.yaml`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::{BTreeMap, BTreeSet};

use local::Template;
use local::functions::all;

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
