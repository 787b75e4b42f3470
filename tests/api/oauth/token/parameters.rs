//! Missing, repeated, unknown and mistyped parameters in the body (RFC 6749 §3.2).

use serde_json::{Value, json};
use tests::Latchkey;

use super::{FORM, JSON, described, form_of, issued, json_of, post, refused};

/// Asserts that a valid form with these additional parameters is refused.
async fn form_is_refused(more: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let form = format!("{}&{more}", form_of(&service.bootstrap));
    refused(post(&service, FORM, form).await, 400, "invalid_request").await;
    // Without the addition, the form is accepted.
    issued(post(&service, FORM, form_of(&service.bootstrap)).await).await;
}

/// Asserts that a valid form with these additional parameters is accepted.
async fn form_is_accepted(more: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let form = format!("{}&{more}", form_of(&service.bootstrap));
    issued(post(&service, FORM, form).await).await;
}

/// Sends valid JSON with one member changed. Returns the status and the error.
async fn response_to_json(name: &str, value: Value) -> (u16, Value) {
    let (_latchkey, service) = Latchkey::start().await;
    let mut document = json_of(&service.bootstrap);
    document[name] = value;
    let response = post(&service, JSON, document.to_string()).await;
    let status = response.status().as_u16();
    if status == 200 {
        issued(response).await;
        return (status, Value::Null);
    }
    (status, tests::oauth_error(response).await.into())
}

/// Asserts that valid JSON with these additional members is refused.
async fn json_is_refused(more: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let document = json_of(&service.bootstrap).to_string();
    let document = document.replacen('{', &format!("{{{more},"), 1);
    refused(post(&service, JSON, document).await, 400, "invalid_request").await;
}

async fn grant_type_is_refused(grant_type: &str, error: &str) {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let form = form.replace("grant_type=client_credentials&", grant_type);
    refused(post(&service, FORM, form).await, 400, error).await;
}

#[tokio::test]
async fn a_missing_grant_type_is_refused() {
    grant_type_is_refused("", "invalid_request").await;
}

#[tokio::test]
async fn an_empty_grant_type_counts_as_missing() {
    grant_type_is_refused("grant_type=&", "invalid_request").await;
}

#[tokio::test]
async fn a_missing_grant_type_in_json_is_refused() {
    for value in [Value::Null, json!("")] {
        let answer = response_to_json("grant_type", value).await;
        assert_eq!(answer, (400, json!("invalid_request")));
    }
}

#[tokio::test]
async fn other_grants_are_not_supported() {
    for grant in [
        "authorization_code",
        "password",
        "refresh_token",
        "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
        "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer",
        "CLIENT_CREDENTIALS",
        "client_credentials+",
        "client-credentials",
        "%00",
    ] {
        grant_type_is_refused(&format!("grant_type={grant}&"), "unsupported_grant_type").await;
    }
}

#[tokio::test]
async fn a_repeated_grant_type_is_refused() {
    form_is_refused("grant_type=client_credentials").await;
}

#[tokio::test]
async fn a_repeated_client_id_is_refused() {
    form_is_refused("client_id=x").await;
}

#[tokio::test]
async fn a_repeated_client_secret_is_refused() {
    form_is_refused("client_secret=x").await;
}

#[tokio::test]
async fn a_repeated_scope_is_refused() {
    form_is_refused("scope=a&scope=a").await;
}

#[tokio::test]
async fn a_parameter_repeated_with_an_encoded_name_is_refused() {
    form_is_refused("grant%5ftype=client_credentials").await;
}

#[tokio::test]
async fn a_repeated_unknown_parameter_is_refused() {
    form_is_refused("colour=red&colour=blue").await;
}

#[tokio::test]
async fn the_error_names_the_repeated_parameter() {
    let (_latchkey, service) = Latchkey::start().await;
    let good = form_of(&service.bootstrap);
    for (more, name) in [
        ("grant_type=client_credentials", "grant_type"),
        ("client_id=x", "client_id"),
        ("client_secret=x", "client_secret"),
        ("sc%6fpe=a&scope=a", "scope"),
        (
            "client_assertion_type=a&client_assertion_type=a",
            "client_assertion_type",
        ),
        ("colour-2.x=red&colour-2.x=red", "colour-2.x"),
    ] {
        let response = post(&service, FORM, format!("{good}&{more}")).await;
        let expected = format!("The parameter {name} is included more than once.");
        described(response, 400, &expected).await;
    }
}

/// A body of another format could have a secret where the name should be, and an error may contain
/// only some characters (RFC 6749 §5.2).
#[tokio::test]
async fn the_error_repeats_no_name_that_is_long_or_has_special_characters() {
    let (_latchkey, service) = Latchkey::start().await;
    let good = form_of(&service.bootstrap);
    let secret = &service.bootstrap.secret;
    for name in [
        "a%22b",
        "a%0Ab",
        "%C3%A9",
        "a+b",
        "%3Cb%3E",
        &"n".repeat(25),
        secret,
    ] {
        let response = post(&service, FORM, format!("{good}&{name}=1&{name}=2")).await;
        described(response, 400, "A parameter is included more than once.").await;
    }
    for name in ["a\\\"b", "\u{e9}", "a b", &"n".repeat(25), secret] {
        let document = format!(r#"{{"{name}":1,"{name}":2}}"#);
        let response = post(&service, JSON, document).await;
        let expected = "A member of a JSON object is included more than once.";
        described(response, 400, expected).await;
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    form_is_accepted("colour=red&client_secret_=x&%E2%82%AC=1&Grant_Type=password&=x&x").await;
}

#[tokio::test]
async fn empty_parameters_count_as_omitted() {
    form_is_accepted("scope=&audience=&resource=&client_assertion=&scope&grant_type=").await;
}

#[tokio::test]
async fn a_name_with_a_nul_is_an_unknown_parameter() {
    form_is_accepted("grant_type%00=password").await;
}

#[tokio::test]
async fn a_client_id_with_an_extra_character_is_unknown() {
    let (_latchkey, service) = Latchkey::start().await;
    for spoilt in ["%00", "%0a", "+", "%C3%A9"] {
        let good = format!("client_id={}", service.bootstrap.id);
        let form = form_of(&service.bootstrap).replace(&good, &format!("{good}{spoilt}"));
        refused(post(&service, FORM, form).await, 401, "invalid_client").await;
    }
    let mut document = json_of(&service.bootstrap);
    document["client_id"] = format!("{}\0", service.bootstrap.id).into();
    let response = post(&service, JSON, document.to_string()).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_form_that_decodes_to_invalid_utf_8_is_refused() {
    for more in ["x=%ff", "%ff=x", "scope=%C3", "x=%ED%A0%80"] {
        form_is_refused(more).await;
    }
}

#[tokio::test]
async fn a_form_with_raw_bytes_that_are_not_utf_8_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let mut form = form_of(&service.bootstrap).into_bytes();
    form.extend_from_slice(b"&x=\xff\xfe");
    refused(post(&service, FORM, form).await, 400, "invalid_request").await;
}

/// The standard for forms leaves a stray percent sign unchanged, so only ignored parameters can
/// contain one.
#[tokio::test]
async fn a_stray_percent_sign_is_taken_literally() {
    form_is_accepted("x=%&y=%zz&z=100%&%=1&w=%4").await;
    grant_type_is_refused("grant_type=client_credential%7&", "unsupported_grant_type").await;
}

#[tokio::test]
async fn a_repeated_name_in_json_is_refused() {
    for more in [
        r#""grant_type":"client_credentials""#,
        r#""client_id":"x""#,
        r#""client\u005fid":null"#,
        r#""scope":"a","scope":"b""#,
        r#""audience":"a","audience":"a""#,
        r#""colour":1,"colour":2"#,
        r#""colour":{"a":1,"a":2}"#,
    ] {
        json_is_refused(more).await;
    }
}

#[tokio::test]
async fn the_error_points_to_the_repeated_member() {
    let (_latchkey, service) = Latchkey::start().await;
    for (document, pointer) in [
        (r#"{"client_id":"x","client_id":"x"}"#, "/client_id"),
        (
            r#"{"scope":"a","grant_type":"b","sc\u006fpe":"a"}"#,
            "/scope",
        ),
        (r#"{"colour":[{"a":1,"a":2}]}"#, "/colour/0/a"),
    ] {
        let expected = format!("The member at {pointer} is included more than once.");
        described(post(&service, JSON, document).await, 400, &expected).await;
    }
}

#[tokio::test]
async fn the_error_points_to_the_value_of_a_wrong_type() {
    let (_latchkey, service) = Latchkey::start().await;
    for (member, expected) in [
        (
            r#""client_id":1"#,
            "The value at /client_id must be a string.",
        ),
        (
            r#""client_secret":["x"]"#,
            "The value at /client_secret must be a string.",
        ),
        (
            r#""audience":{}"#,
            "The value at /audience must be a string or an array of strings.",
        ),
        (
            r#""resource":["a",null]"#,
            "The value at /resource/1 must be a string.",
        ),
    ] {
        let document = format!("{{{member}}}");
        described(post(&service, JSON, document).await, 400, expected).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_log_has_the_cause_without_the_callers_text() {
    let (latchkey, service) = Latchkey::start().await;
    for (document, cause) in [
        (
            r#"{"mine":1,"mine":2}"#,
            "A member of a JSON object is included more than once.",
        ),
        (
            r#"{"scope":1}"#,
            "A parameter value has the wrong JSON type.",
        ),
        ("mine", "The request body is not valid JSON."),
    ] {
        let response = post(&service, JSON, document).await;
        assert_eq!(response.status(), 400);
        let line = latchkey.lines.take_one();
        assert_eq!(line["cause"], cause);
        assert!(!line.to_string().contains("mine"));
    }
    let response = post(&service, FORM, "mine=1&mine=2").await;
    assert_eq!(response.status(), 400);
    let line = latchkey.lines.take_one();
    assert_eq!(line["cause"], "A parameter is included more than once.");
}

#[tokio::test]
async fn a_json_value_of_a_wrong_type_is_refused() {
    for name in ["grant_type", "client_id", "client_secret", "scope"] {
        for value in [
            json!(1),
            json!(true),
            json!({}),
            json!({ "a": "b" }),
            json!(["a"]),
            json!([]),
        ] {
            let answer = response_to_json(name, value.clone()).await;
            assert_eq!(answer, (400, json!("invalid_request")), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_json_target_of_a_wrong_type_is_refused() {
    for name in ["audience", "resource"] {
        for value in [
            json!(1),
            json!({}),
            json!([1]),
            json!([["a"]]),
            json!([null]),
        ] {
            let answer = response_to_json(name, value.clone()).await;
            assert_eq!(answer, (400, json!("invalid_request")), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn null_and_empty_values_in_json_count_as_omitted() {
    for name in [
        "scope",
        "audience",
        "resource",
        "client_assertion",
        "colour",
    ] {
        for value in [Value::Null, json!("")] {
            let answer = response_to_json(name, value).await;
            assert_eq!(answer, (200, Value::Null), "{name}");
        }
    }
    for name in ["audience", "resource"] {
        for value in [json!([]), json!([""])] {
            assert_eq!(
                response_to_json(name, value).await,
                (200, Value::Null),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn a_null_client_id_in_json_counts_as_omitted() {
    let answer = response_to_json("client_id", Value::Null).await;
    assert_eq!(answer, (401, json!("invalid_client")));
}

#[tokio::test]
async fn unknown_members_of_any_type_are_ignored() {
    for value in [
        json!("a"),
        json!(1.5),
        json!(false),
        json!({ "a": [{}] }),
        json!([1, "a"]),
    ] {
        assert_eq!(response_to_json("colour", value).await, (200, Value::Null));
    }
}
