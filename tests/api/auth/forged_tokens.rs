//! Forged access tokens (RFC 9068 §4, RFC 8725). Each test changes one thing in a token that is
//! accepted.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::{Latchkey, body, text};

use crate::auth::Api;
use crate::auth::bearer::{is_accepted, is_rejected};
use crate::auth::forge::{Forge, part};

/// A changed token, signed with the service's own key.
async fn altered(change: impl FnOnce(&mut Value, &mut Value)) -> (Api, String) {
    let api = Api::start().await;
    let mut forge = Forge::of(&api);
    change(&mut forge.header, &mut forge.claims);
    let token = forge.signed();
    (api, token)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_signed_by_hand_with_the_services_key_is_accepted() {
    let (api, token) = altered(|_, _| {}).await;
    assert_ne!(token, api.admin);
    is_accepted(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_signed_with_another_key_is_rejected() {
    let api = Api::start().await;
    let forge = Forge::of(&api).with_another_key();
    is_rejected(&api, &forge.signed()).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_an_embedded_key_is_rejected() {
    let api = Api::start().await;
    let keys = body(
        api.service
            .request("GET", "/.well-known/jwks.json")
            .send()
            .await
            .unwrap(),
    );
    let mut forge = Forge::of(&api).with_another_key();
    forge.header["jwk"] = keys.await["keys"][0].take();
    is_rejected(&api, &forge.signed()).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_without_a_signature_is_rejected() {
    let api = Api::start().await;
    let mut forge = Forge::of(&api);
    is_rejected(&api, &forge.unsigned()).await;
    for none in ["none", "None", "NONE"] {
        forge.header["alg"] = json!(none);
        is_rejected(&api, &forge.unsigned()).await;
        is_rejected(&api, &forge.signed()).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_signed_by_hmac_with_the_public_key_is_rejected() {
    let api = Api::start().await;
    let keys = body(
        api.service
            .request("GET", "/.well-known/jwks.json")
            .send()
            .await
            .unwrap(),
    );
    let jwk = keys.await["keys"][0].take();
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(text(&jwk[name])).unwrap();
    let (x, y) = (coordinate("x"), coordinate("y"));
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let mut forge = Forge::of(&api);
    forge.header["alg"] = json!("HS256");
    let text = jwk.to_string();
    for secret in [x.as_slice(), &point, text.as_bytes(), b""] {
        is_rejected(&api, &forge.signed_by_hmac(secret)).await;
    }
    forge.header["alg"] = json!("ES256");
    is_rejected(&api, &forge.signed_by_hmac(&x)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_another_algorithm_than_its_key_is_rejected() {
    for algorithm in ["ES384", "RS256", "PS256", "EdDSA"] {
        let (api, token) = altered(|header, _| header["alg"] = json!(algorithm)).await;
        is_rejected(&api, &token).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_of_another_type_is_rejected() {
    for typ in [json!("JWT"), json!("logout+jwt"), json!(""), Value::Null] {
        let (api, token) = altered(|header, _| header["typ"] = typ).await;
        is_rejected(&api, &token).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_without_a_type_is_rejected() {
    let (api, token) = altered(|header, _| {
        header.as_object_mut().unwrap().remove("typ");
    })
    .await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_the_full_media_type_is_accepted() {
    let (api, token) = altered(|header, _| header["typ"] = json!("application/at+jwt")).await;
    is_accepted(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_an_unknown_kid_is_rejected() {
    let (api, token) = altered(|header, _| header["kid"] = json!("unknown")).await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_without_a_kid_is_rejected() {
    let (api, token) = altered(|header, _| {
        header.as_object_mut().unwrap().remove("kid");
    })
    .await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn unknown_kids_cost_at_most_one_read_in_ten_seconds() {
    let (api, token) = altered(|header, _| header["kid"] = json!("unknown")).await;
    is_accepted(&api, &api.admin).await;
    api.latchkey.clock.advance(10);
    api.service.aws.calls();
    is_rejected(&api, &token).await;
    assert_eq!(api.service.aws.calls(), ["GetItem"]);
    api.latchkey.clock.advance(9);
    is_rejected(&api, &token).await;
    assert!(api.service.aws.calls().is_empty());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_a_critical_header_is_rejected() {
    let (api, token) = altered(|header, _| {
        header["crit"] = json!(["x"]);
        header["x"] = json!(true);
    })
    .await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_of_another_issuer_is_rejected() {
    let (api, token) = altered(|_, claims| claims["iss"] = json!("https://other.example")).await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_for_another_audience_is_rejected() {
    let (api, token) = altered(|_, claims| claims["aud"] = json!("https://other.example")).await;
    is_rejected(&api, &token).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_issuer_is_not_an_audience_when_another_default_is_set() {
    let audience = "https://api.example.com";
    let (latchkey, service) =
        Latchkey::start_with(|options| options.parameters.set("DefaultAudience", audience)).await;
    let admin = service.admin_token().await;
    let api = Api {
        latchkey,
        service,
        admin,
    };
    assert_eq!(part(&api.admin, 1)["aud"], audience);
    is_accepted(&api, &api.admin).await;
    let mut forge = Forge::of(&api);
    forge.claims["aud"] = json!(api.latchkey.issuer);
    is_rejected(&api, &forge.signed()).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_without_a_required_claim_is_rejected() {
    for claim in ["exp", "iss", "aud", "sub", "client_id"] {
        let (api, token) = altered(|_, claims| {
            claims.as_object_mut().unwrap().remove(claim).unwrap();
        })
        .await;
        is_rejected(&api, &token).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_with_an_invalid_expiry_is_rejected() {
    for exp in [json!("1900000000"), json!(-1), Value::Null] {
        let (api, token) = altered(|_, claims| claims["exp"] = exp).await;
        is_rejected(&api, &token).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_of_an_unknown_client_is_rejected() {
    for id in ["0".repeat(32), String::new(), "../KEYS".to_owned()] {
        let (api, token) = altered(|_, claims| {
            claims["client_id"] = json!(id);
            claims["sub"] = json!(id);
        })
        .await;
        is_rejected(&api, &token).await;
    }
}

/// A token about a user or another client does not carry the permissions of its client.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs the private key")]
async fn a_token_whose_subject_is_not_its_client_is_rejected() {
    let api = Api::start().await;
    let other = api.client_with("Patient", json!({})).await;
    let user = "f7d7a0a7-6a30-4a2e-9f0a-3f2f9e0e7d11";
    for (subject, client) in [
        (user, api.service.bootstrap.id.as_str()),
        (other.credentials.id.as_str(), &api.service.bootstrap.id),
        (api.service.bootstrap.id.as_str(), &other.credentials.id),
    ] {
        let mut forge = Forge::of(&api);
        forge.claims["sub"] = json!(subject);
        forge.claims["client_id"] = json!(client);
        is_rejected(&api, &forge.signed()).await;
    }
}
