//! The nearest routes in the response to an unknown path.

use serde_json::json;

use crate::running::{RunningService, new_directory};

#[test]
fn an_unknown_path_gets_the_nearest_routes_in_the_description_of_the_deployed_answer() {
    let service = RunningService::start(&["--ephemeral"], &new_directory());
    let (status, answer) = service.ask("POST /token", "", "");
    assert_eq!(status, 404);
    let description = "The path was not found. Nearest: POST /oauth/token.";
    assert_eq!(
        answer,
        json!({ "error": "not_found", "error_description": description })
    );
    let (status, answer) = service.ask("GET /auth/role", "", "");
    assert_eq!(status, 404);
    let detail = "The path was not found. Nearest: GET /auth/roles.";
    assert_eq!(
        answer,
        json!({ "errors": [{
            "status": "404", "code": "not_found", "title": "Not found", "detail": detail
        }] })
    );
    for request in [
        "GET /favicon.ico",
        "GET /auth/roles/",
        "PUT /oauth/token",
        "GET /auth/roles",
    ] {
        let (status, answer) = service.ask(request, "", "");
        assert!(status >= 400, "{request}");
        assert!(
            !answer.to_string().contains("Nearest"),
            "{request} {answer}"
        );
    }
}
