use super::*;

/// The names in the second column of a table of `docs/logging.md`.
fn documented_causes() -> Vec<&'static str> {
    let page = include_str!("../../../../../docs/logging.md");
    let (_, section) = page
        .split_once("### Causes of a rejected token request\n")
        .unwrap();
    let section = section.split("\n### ").next().unwrap();
    let mut causes = Vec::new();
    let mut error = "";
    for line in section.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if !cells[1].is_empty() {
            error = cells[1];
        }
        if error == "`invalid_client`" {
            causes.push(cells[2].trim_matches('`'));
        }
    }
    causes
}

fn hint(error: &str, cause: Option<&str>) -> Option<String> {
    Refused {
        error,
        cause,
        is_client_known: true,
        presented: None,
        description: Some("The words of the response.".to_owned()),
        expected: &Expected {
            issuer: "http://127.0.0.1:3000".to_owned(),
            audience: "orders".to_owned(),
        },
        now: Timestamp::from_epoch_seconds(1_800_000_000),
    }
    .hint()
}

#[test]
fn every_documented_cause_of_a_failed_authentication_has_a_hint() {
    let causes = documented_causes();
    assert!(causes.len() >= 5, "{causes:?}");
    for cause in causes {
        let hint = hint("invalid_client", Some(cause)).unwrap();
        assert_ne!(hint, cause);
    }
}

#[test]
fn an_error_without_a_hint_shows_its_cause_or_the_words_of_the_response() {
    let shown = |error, cause| hint(error, cause).unwrap();
    let cause = "The request body is empty.";
    assert_eq!(shown("invalid_request", Some(cause)), cause);
    assert_eq!(shown("missing", None), "The words of the response.");
    assert_eq!(shown("invalid_client", Some("new")), "new");
}
