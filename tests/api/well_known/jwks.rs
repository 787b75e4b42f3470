//! The key set (RFC 7517).

use std::collections::HashSet;

use serde_json::Value;
use tests::aws::Break;
use tests::{Latchkey, Service, body, text};

use super::{JWKS, assert_cacheable, get};

const BREAKS: [Break; 4] = [
    Break::Throttled,
    Break::InternalError,
    Break::Unreached,
    Break::ResponseLost,
];

async fn keys(service: &Service) -> Vec<Value> {
    let document = body(get(service, JWKS).await).await;
    assert_eq!(document.as_object().unwrap().len(), 1, "{document}");
    document["keys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_key_set_is_cacheable_json() {
    let (_latchkey, service) = Latchkey::start().await;
    assert_cacheable(&get(&service, JWKS).await);
}

#[tokio::test]
async fn the_key_set_ignores_credentials() {
    let (_latchkey, service) = Latchkey::start().await;
    for authorization in ["Bearer x", "Basic x", ""] {
        let request = service
            .request("GET", JWKS)
            .header("authorization", authorization);
        assert_cacheable(&request.send().await.unwrap());
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn every_key_has_a_unique_kid_its_use_and_its_algorithm() {
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm))
                .await;
        let keys = keys(&service).await;
        assert!(!keys.is_empty());
        let names: HashSet<_> = keys.iter().map(|key| text(&key["kid"])).collect();
        assert_eq!(names.len(), keys.len());
        assert!(names.iter().all(|name| !name.is_empty()));
        for key in &keys {
            assert_eq!(key["use"], "sig");
            assert_eq!(key["alg"], algorithm);
        }
    }
}

/// RFC 7518 §6 and RFC 8037 §2: the required public members of each key type, and no others.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_key_has_its_public_members_and_no_others() {
    for (algorithm, kind, curve, members) in [
        ("RS256", "RSA", Value::Null, &["n", "e"][..]),
        ("ES256", "EC", "P-256".into(), &["crv", "x", "y"]),
        ("EdDSA", "OKP", "Ed25519".into(), &["crv", "x"]),
    ] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm))
                .await;
        for key in keys(&service).await {
            assert_eq!(key["kty"], kind);
            assert_eq!(key["crv"], curve);
            let mut expected = ["kty", "kid", "use", "alg"].to_vec();
            expected.extend(members);
            expected.sort_unstable();
            let mut found: Vec<_> = key.as_object().unwrap().keys().collect();
            found.sort_unstable();
            assert_eq!(found, expected);
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "runs bootstrap")]
async fn every_instance_publishes_the_same_keys_and_bootstrap_adds_none() {
    let (latchkey, service) = Latchkey::start().await;
    let before = keys(&service).await;
    latchkey.bootstrap().await;
    assert_eq!(keys(&service).await, before);
    assert_eq!(keys(&latchkey.instance().await).await, before);
}

#[tokio::test]
async fn the_query_is_ignored() {
    let (_latchkey, service) = Latchkey::start().await;
    let expected = keys(&service).await;
    for query in ["?", "?kid=x", "?%ff", "?a=<"] {
        let response = get(&service, &format!("{JWKS}{query}")).await;
        assert_eq!(body(response).await["keys"], Value::from(expected.clone()));
    }
}

#[tokio::test]
async fn the_key_set_is_read_only() {
    let (_latchkey, service) = Latchkey::start().await;
    for method in ["POST", "PUT", "DELETE"] {
        let response = service.request(method, JWKS).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_dynamodb_failure_gets_a_503_that_must_not_be_cached() {
    let (latchkey, _service) = Latchkey::start().await;
    for how in BREAKS {
        let instance = latchkey.instance().await;
        instance.aws.break_nth(0, how, true);
        let response = get(&instance, JWKS).await;
        assert_eq!(response.status(), 503, "{how:?}");
        let headers = response.headers();
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["cache-control"], "no-store");
        let wait = headers["retry-after"].to_str().unwrap();
        assert!(wait.parse::<u64>().unwrap() >= 1);
        let document = body(response).await;
        assert_eq!(document["error"], "temporarily_unavailable");
        assert!(document.get("keys").is_none());
        instance.aws.recover();
        assert_cacheable(&get(&instance, JWKS).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_call_that_fails_once_is_retried() {
    let (latchkey, _service) = Latchkey::start().await;
    for how in BREAKS {
        let instance = latchkey.instance().await;
        instance.aws.break_nth(0, how, false);
        assert_cacheable(&get(&instance, JWKS).await);
    }
}
