//! An observer that records the tokens and the key sets of all instances while time passes.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use tests::{Client, Latchkey, Service, TestClock};

use super::{TWO_HOURS, key_set};

/// Observes instances of the whole service whose clocks are up to a minute apart.
pub(super) struct Watch<'a> {
    latchkey: &'a Latchkey,
    instances: [(TestClock, Service); 3],
    client: Client,
    pub(super) tokens: Vec<Seen>,
    key_sets: Vec<(u64, JwkSet)>,
}

/// A token that was issued.
pub(super) struct Seen {
    /// Time of issue, by the clock of the test.
    pub(super) at: u64,
    /// Time of issue, by the clock of the instance that signed it.
    pub(super) iat: u64,
    pub(super) kid: String,
    expires: u64,
    token: String,
}

impl<'a> Watch<'a> {
    /// Creates a client with the longest token lifetime, for which the instances issue tokens.
    pub(super) async fn new(latchkey: &'a Latchkey, service: &Service) -> Self {
        let attributes = json!({ "accessTokenLifetime": 86_400, "tokenQuota": 100_000 });
        let client = service.new_client(attributes).await;
        let instance = async |ahead| {
            let clock = TestClock::at(latchkey.clock.now() - 30 + ahead);
            let instance = latchkey.instance_with_clock(&clock).await;
            (clock, instance)
        };
        let instances = [instance(0).await, instance(30).await, instance(60).await];
        Self {
            latchkey,
            instances,
            client,
            tokens: Vec::new(),
            key_sets: Vec::new(),
        }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.latchkey.clock.advance(seconds);
        for (clock, _) in &self.instances {
            clock.advance(seconds);
        }
    }

    /// Fetches the key set of every instance.
    pub(super) async fn fetch(&mut self) {
        let now = self.latchkey.clock.now();
        let sets = self.ask_all(async |instance| {
            let response = instance.request("GET", "/.well-known/jwks.json").send();
            response.await.unwrap().json().await.unwrap()
        });
        let sets = sets.await.map(|set| (now, set));
        self.key_sets.extend(sets);
    }

    /// Requests a token from every instance.
    pub(super) async fn issue(&mut self) {
        let at = self.latchkey.clock.now();
        let credentials = &self.client.credentials;
        let tokens = self.ask_all(async |instance| instance.access_token(credentials).await);
        let tokens = tokens.await.map(|token| {
            let claims = super::sequence::claims(&token);
            Seen {
                at,
                iat: claims["iat"].as_u64().unwrap(),
                kid: decode_header(&token).unwrap().kid.unwrap(),
                expires: claims["exp"].as_u64().unwrap(),
                token,
            }
        });
        self.tokens.extend(tokens);
    }

    async fn ask_all<A>(&self, ask: impl AsyncFn(&Service) -> A) -> [A; 3] {
        let [(_, one), (_, other), (_, third)] = &self.instances;
        tokio::join!(ask(one), ask(other), ask(third)).into()
    }

    /// Lets this many seconds pass, in steps. At each step it fetches key sets and requests tokens.
    pub(super) async fn pass(&mut self, seconds: u64, step: u64) {
        for _ in 0..seconds / step {
            self.advance(step);
            self.fetch().await;
            self.issue().await;
        }
    }

    /// Lets this many seconds pass, in steps, without requesting tokens.
    pub(super) async fn wait(&mut self, seconds: u64, step: u64) {
        for _ in 0..seconds / step {
            self.advance(step);
            self.fetch().await;
        }
    }

    pub(super) fn kids(&self) -> Vec<String> {
        let mut kids: Vec<_> = self.tokens.iter().map(|token| token.kid.clone()).collect();
        kids.dedup();
        kids
    }

    /// Asserts that a verifier that caches a key set for up to two hours accepts each token as long
    /// as it is valid. Also asserts that each token was signed before its key's `signs_until`.
    pub(super) async fn check(&self) {
        let item = serde_json::to_value(key_set(self.latchkey).await).unwrap();
        let until = |kid: &str| {
            let mut keys = item["keys"].as_array().unwrap().iter();
            let key = keys.find(|key| key["jwk"]["kid"] == kid);
            key.and_then(|key| key["signs_until"].as_u64())
        };
        let mut accepted = 0;
        for token in &self.tokens {
            assert!(
                until(&token.kid).is_none_or(|until| token.iat < until),
                "{} signed at {}",
                token.kid,
                token.iat
            );
            let may_be_used = |fetched: u64| {
                (token.at.saturating_sub(TWO_HOURS)..token.expires).contains(&fetched)
            };
            let sets = self.key_sets.iter();
            let mut verified_by: Option<&Jwk> = None;
            for (fetched, set) in sets.filter(|(fetched, _)| may_be_used(*fetched)) {
                let key = set.find(&token.kid);
                assert!(
                    key.is_some(),
                    "the key set fetched at {fetched} lacks the key of a token issued at {}",
                    token.at
                );
                // Verifies the signature once: every set must have the same key.
                if verified_by.is_none() {
                    assert!(is_verified(&token.token, key.unwrap()));
                    verified_by = key;
                }
                assert_eq!(verified_by, key);
                accepted += 1;
            }
        }
        assert!(accepted > self.tokens.len());
    }
}

fn is_verified(token: &str, key: &Jwk) -> bool {
    let algorithm = key.common.key_algorithm.unwrap().to_string();
    let mut validation = Validation::new(algorithm.parse().unwrap());
    (validation.validate_aud, validation.validate_exp) = (false, false);
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).is_ok()
}
