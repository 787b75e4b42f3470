//! The authorization server's metadata (RFC 8414), checked against the service.

use reqwest::Url;
use serde_json::{Value, json};
use tests::aws::Break;
use tests::{Latchkey, Service, body, text};

use super::{JWKS, METADATA, assert_cacheable, get};

async fn metadata(service: &Service) -> Value {
    body(get(service, METADATA[0]).await).await
}

/// The path of a URL in the document.
fn path(document: &Value, name: &str) -> String {
    let url = text(&document[name]);
    assert!(url.starts_with(&text(&document["issuer"])), "{url}");
    Url::parse(&url).unwrap().path().to_owned()
}

#[tokio::test]
async fn the_metadata_is_cacheable_json() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in METADATA {
        assert_cacheable(&get(&service, path).await);
    }
}

/// RFC 8414 §3.3: the issuer "MUST be identical" to the one that the client asked. So must that of
/// the tokens.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_issuer_is_the_issuer_of_the_tokens() {
    for issuer in ["https://auth.example.com", "https://example.com/tenant"] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.issuer = issuer.to_owned()).await;
        let document = metadata(&service).await;
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], format!("{issuer}/oauth/token"));
        assert_eq!(document["jwks_uri"], format!("{issuer}{JWKS}"));
        let token = service.access_token(&service.bootstrap).await;
        let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(&token)
            .unwrap()
            .claims;
        assert_eq!(claims["iss"], issuer);
        assert_eq!(claims["aud"], issuer);
    }
}

#[tokio::test]
async fn the_token_endpoint_works() {
    let (_latchkey, service) = Latchkey::start().await;
    let path = path(&metadata(&service).await, "token_endpoint");
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        service.bootstrap.id, service.bootstrap.secret
    );
    assert_eq!(service.form(&path, &form).await.status(), 200);
}

#[tokio::test]
async fn the_jwks_uri_leads_to_the_key_set() {
    let (_latchkey, service) = Latchkey::start().await;
    let path = path(&metadata(&service).await, "jwks_uri");
    let document = body(get(&service, &path).await).await;
    assert!(!document["keys"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn the_only_grant_type_is_client_credentials() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = metadata(&service).await;
    assert_eq!(
        document["grant_types_supported"],
        json!(["client_credentials"])
    );
    assert_eq!(document["response_types_supported"], json!(["none"]));
}

#[tokio::test]
async fn both_listed_authentication_methods_work() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = metadata(&service).await;
    assert_eq!(
        document["token_endpoint_auth_methods_supported"],
        json!(["client_secret_basic", "client_secret_post"])
    );
    let path = path(&document, "token_endpoint");
    assert_eq!(service.token(&service.bootstrap).await.status(), 200);
    let request = service.request("POST", &path);
    let request = request.basic_auth(&service.bootstrap.id, Some(&service.bootstrap.secret));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request
        .body("grant_type=client_credentials")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn every_listed_endpoint_exists() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = metadata(&service).await;
    for name in document.as_object().unwrap().keys() {
        if name.ends_with("_endpoint") {
            let response = service.form(&path(&document, name), "").await;
            assert_ne!(response.status(), 404, "{name}");
        }
    }
}

/// API Gateway's JWT authorizer reads `jwks_uri` there, and relying parties read the other members.
#[tokio::test]
async fn the_openid_configuration_has_the_metadata_and_what_relying_parties_require() {
    let (_latchkey, service) = Latchkey::start().await;
    let [one, other] = METADATA;
    let (one, other) = (get(&service, one).await, get(&service, other).await);
    for name in ["content-type", "cache-control"] {
        assert_eq!(one.headers()[name], other.headers()[name]);
    }
    let mut expected = body(one).await;
    expected["subject_types_supported"] = json!(["public"]);
    expected["id_token_signing_alg_values_supported"] = json!(["RS256", "ES256", "EdDSA"]);
    assert_eq!(body(other).await, expected);
}

#[tokio::test]
async fn neither_document_claims_an_endpoint_that_does_not_exist() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in METADATA {
        let document = body(get(&service, path).await).await;
        let members = document.as_object().unwrap().keys();
        let endpoints: Vec<_> = members.filter(|name| name.ends_with("_endpoint")).collect();
        assert_eq!(endpoints, ["token_endpoint"]);
    }
}

/// OpenID Connect Discovery §3 requires RS256, whichever algorithm signs.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_listed_algorithms_include_rs256_and_those_of_the_key_set() {
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm))
                .await;
        let document = body(get(&service, METADATA[1]).await).await;
        let listed = document["id_token_signing_alg_values_supported"].as_array();
        let listed = listed.unwrap();
        assert!(listed.contains(&"RS256".into()));
        let keys = body(get(&service, JWKS).await).await;
        for key in keys["keys"].as_array().unwrap() {
            assert!(listed.contains(&key["alg"]));
        }
    }
}

/// RFC 8414 §3.2: a member with zero elements must be omitted.
#[tokio::test]
async fn no_member_is_an_empty_array() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in METADATA {
        let document = body(get(&service, path).await).await;
        let mut members = document.as_object().unwrap().values();
        assert!(members.all(|value| *value != json!([])), "{document}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn the_metadata_needs_no_aws_call() {
    let (latchkey, _service) = Latchkey::start().await;
    let instance = latchkey.instance().await;
    instance.aws.break_nth(0, Break::InternalError, true);
    for path in METADATA {
        assert_cacheable(&get(&instance, path).await);
    }
    assert!(instance.aws.calls().is_empty());
}
