//! Verification of tokens (RFC 9068) with the published key set, by a JWT implementation that
//! shares no code with the service.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::alg::{Ed25519, Es256, Rsa};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{AlgorithmExt, UntrustedToken};
use serde_json::{Map, Value, json};
use tests::{BEGIN, Latchkey, Service, body, text};

use super::issued;

const ALGORITHMS: [&str; 3] = ["RS256", "ES256", "EdDSA"];

async fn key_set(service: &Service) -> Vec<Value> {
    let response = service.request("GET", "/.well-known/jwks.json");
    let mut document = body(response.send().await.unwrap()).await;
    document["keys"].as_array_mut().map(std::mem::take).unwrap()
}

/// One of the three parts of a token, as JSON.
pub(super) fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Verifies a token with one of the keys, and returns its claims.
fn verified(token: &str, keys: &[Value]) -> Result<Map<String, Value>, String> {
    let kid = &part(token, 0)["kid"];
    let key = keys.iter().find(|key| key["kid"] == *kid);
    let key = key.ok_or("no such key")?;
    match key["alg"].as_str().unwrap() {
        "RS256" => verified_by(&Rsa::rs256(), token, key),
        "ES256" => verified_by(&Es256, token, key),
        "EdDSA" => verified_by(&Ed25519, token, key),
        other => Err(format!("an algorithm called {other}")),
    }
}

fn verified_by<A>(algorithm: &A, token: &str, key: &Value) -> Result<Map<String, Value>, String>
where
    A: AlgorithmExt,
    A::VerifyingKey: for<'a> TryFrom<&'a JsonWebKey<'static>>,
{
    let key: JsonWebKey<'static> = serde_json::from_value(key.clone()).unwrap();
    let key = A::VerifyingKey::try_from(&key).map_err(|_| "not a key of that algorithm")?;
    let token = UntrustedToken::new(token).map_err(|error| error.to_string())?;
    let token = algorithm
        .validator::<Map<String, Value>>(&key)
        .validate(&token);
    let token = token.map_err(|error| error.to_string())?;
    let mut claims = token.claims().custom.clone();
    for (name, time) in [
        ("exp", token.claims().expiration),
        ("iat", token.claims().issued_at),
        ("nbf", token.claims().not_before),
    ] {
        if let Some(time) = time {
            claims.insert(name.to_owned(), time.timestamp().into());
        }
    }
    Ok(claims)
}

async fn signed_by(algorithm: &str) -> (Latchkey, Service) {
    Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm)).await
}

/// The token with one bit flipped in a byte of one part.
fn altered(token: &str, number: usize, byte: usize, bit: u8) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let mut bytes = URL_SAFE_NO_PAD.decode(&parts[number]).unwrap();
    bytes[byte] ^= 1 << bit;
    parts[number] = URL_SAFE_NO_PAD.encode(bytes);
    parts.join(".")
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn another_implementation_verifies_tokens_of_every_algorithm() {
    for algorithm in ALGORITHMS {
        let (latchkey, service) = signed_by(algorithm).await;
        let token = service.access_token(&service.bootstrap).await;
        let keys = key_set(&service).await;
        let claims = verified(&token, &keys).unwrap();
        assert_eq!(claims["iss"], json!(latchkey.issuer), "{algorithm}");
        // Tokens and key sets of another instance verify too.
        let other = latchkey.instance().await;
        let token = other.access_token(&service.bootstrap).await;
        verified(&token, &keys).unwrap();
        verified(&token, &key_set(&other).await).unwrap();
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_header_has_the_type_the_algorithm_and_a_published_key() {
    for algorithm in ALGORITHMS {
        let (_latchkey, service) = signed_by(algorithm).await;
        let token = service.access_token(&service.bootstrap).await;
        let header = part(&token, 0);
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(header["alg"], algorithm);
        let keys = key_set(&service).await;
        assert!(
            keys.iter().any(|key| key["kid"] == header["kid"]),
            "{header}"
        );
        assert_eq!(header.as_object().unwrap().len(), 3, "{header}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_token_with_a_flipped_bit_is_rejected() {
    for algorithm in ALGORITHMS {
        let (_latchkey, service) = signed_by(algorithm).await;
        let token = service.access_token(&service.bootstrap).await;
        let keys = key_set(&service).await;
        for (number, byte, bit) in [(1, 30, 0), (1, 80, 1), (2, 0, 0), (2, 17, 5), (2, 63, 7)] {
            let altered = altered(&token, number, byte, bit);
            assert!(
                verified(&altered, &keys).is_err(),
                "{algorithm} {number} {byte}"
            );
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn another_deployments_key_does_not_verify_a_token() {
    for algorithm in ALGORITHMS {
        let (_latchkey, service) = signed_by(algorithm).await;
        let (_other, other) = signed_by(algorithm).await;
        let token = service.access_token(&service.bootstrap).await;
        let mut keys = key_set(&other).await;
        assert_eq!(verified(&token, &keys), Err("no such key".to_owned()));
        keys[0]["kid"] = part(&token, 0)["kid"].clone();
        assert!(verified(&token, &keys).is_err());
    }
}

/// RFC 9068 §2.2, and the two claims that the service adds.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_claims_are_those_of_the_profile() {
    let (latchkey, service) = Latchkey::start().await;
    latchkey.clock.advance(12_345);
    let token = service.access_token(&service.bootstrap).await;
    let claims = verified(&token, &key_set(&service).await).unwrap();
    assert_eq!(claims["iss"], json!(latchkey.issuer));
    assert_eq!(claims["sub"], json!(service.bootstrap.id));
    assert_eq!(claims["client_id"], json!(service.bootstrap.id));
    assert_eq!(claims["aud"], json!(latchkey.issuer));
    assert_eq!(claims["iat"], json!(BEGIN + 12_345));
    assert_eq!(claims["exp"], json!(BEGIN + 12_345 + 3_600));
    assert_eq!(claims["roles"], json!(["Builder Admin"]));
    uuid::Uuid::try_parse(&text(&claims["org_id"])).unwrap();
    uuid::Uuid::try_parse(&text(&claims["jti"])).unwrap();
    // No scope, since none was granted, and nothing else.
    assert_eq!(claims.len(), 9, "{claims:?}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_token_expires_after_the_lifetime_of_its_client() {
    let (_latchkey, service) = Latchkey::start().await;
    for seconds in [60, 300, 86_400] {
        let attributes = json!({ "accessTokenLifetime": seconds });
        let client = service.new_client(attributes).await;
        let token = service.access_token(&client.credentials).await;
        let claims = verified(&token, &key_set(&service).await).unwrap();
        assert_eq!(claims["iat"], json!(BEGIN));
        assert_eq!(claims["exp"], json!(BEGIN + seconds));
        assert_eq!(claims["sub"], json!(client.credentials.id));
    }
}

#[tokio::test]
async fn the_roles_are_those_of_the_client() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    for role in ["Care Team User", "Builder Admin"] {
        let client = service.create_client(&admin, role, json!({})).await;
        let token = service.access_token(&client.credentials).await;
        let claims = verified(&token, &key_set(&service).await).unwrap();
        assert_eq!(claims["roles"], json!([role]));
    }
}

#[tokio::test]
async fn every_token_of_an_org_has_its_org_id() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let one = part(&service.access_token(&service.bootstrap).await, 1);
    let other = part(&service.access_token(&client.credentials).await, 1);
    assert_eq!(one["org_id"], other["org_id"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn no_two_tokens_have_the_same_id() {
    let (latchkey, service) = Latchkey::start().await;
    let other = latchkey.instance().await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        for instance in [&service, &other] {
            let token = instance.access_token(&service.bootstrap).await;
            assert!(seen.insert(text(&part(&token, 1)["jti"])));
        }
    }
}

#[tokio::test]
async fn the_audience_is_one_string_however_the_request_names_it() {
    let (latchkey, service) = Latchkey::start().await;
    for more in [
        "",
        "&audience={}",
        "&resource={}",
        "&audience={}&resource={}",
    ] {
        let form = super::form_of(&service.bootstrap) + &more.replace("{}", &latchkey.issuer);
        let token = issued(service.form(super::PATH, &form).await).await;
        assert_eq!(part(&token, 1)["aud"], json!(latchkey.issuer));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_default_audience_can_be_configured() {
    let audience = "https://api.example.com/v1?a=b";
    let (latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("DefaultAudience", audience)).await;
    let token = service.access_token(&service.bootstrap).await;
    let claims = verified(&token, &key_set(&service).await).unwrap();
    assert_eq!(claims["aud"], audience);
    assert_eq!(claims["iss"], json!(latchkey.issuer));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_token_is_unpadded_base64url_in_three_parts() {
    for algorithm in ALGORITHMS {
        let (_latchkey, service) = signed_by(algorithm).await;
        let token = service.access_token(&service.bootstrap).await;
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(
            parts
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(is_base64url))
        );
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        assert_eq!(signature.len(), if algorithm == "RS256" { 256 } else { 64 });
    }
}
