//! The words for people in the body of an error response.

use serde_json::Value as Json;

/// The description of the first problem.
pub(crate) fn description(body: &str) -> Option<String> {
    let body: Json = serde_json::from_str(body).ok()?;
    let description = body.pointer("/errors/0/detail");
    let description = description.or_else(|| body.get("error_description"))?;
    description.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_that_of_the_first_problem() {
        let document = r#"{"errors":[{"detail":"One."},{"detail":"Two."}]}"#;
        assert_eq!(description(document).as_deref(), Some("One."));
        let error = r#"{"error":"x","error_description":"One."}"#;
        assert_eq!(description(error).as_deref(), Some("One."));
        for other in ["", "[]", "{}", r#"{"errors":[]}"#] {
            assert_eq!(description(other), None, "{other}");
        }
    }
}
