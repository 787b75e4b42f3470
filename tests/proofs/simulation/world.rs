//! One deployment with several instances, all of it on the clock and the chance of a seed.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use local::{Instance, Options, Stack, Storage};
use serde_json::Value;
use shared::clock::Clock;
use shared::model::Timestamp;
use shared::random::Randomness;
use tests::{BEGIN, text};
use tokio::time::sleep;

use crate::simulation::answer::{self, Answer, Said, Verifier};
use crate::simulation::ask::{Ask, Attributes, Bearer, Manage};
use crate::simulation::dice::Dice;
use crate::simulation::log::{Log, What};
use crate::simulation::network::{Network, REQUEST};

const ISSUER: &str = "https://auth.example.com";
/// A token that is older than this may run out before it is used.
const FRESH: u64 = 300;

/// A deployment.
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) network: Network,
    /// The client that bootstrap made, and its secret.
    pub(crate) bootstrap: (String, String),
    stack: Stack,
    /// Every instance, and by how many seconds its clock is ahead.
    instances: Mutex<Vec<(Arc<Instance>, u64)>>,
    randomness: Mutex<Dice>,
    requests: Mutex<u64>,
    verifier: OnceLock<Verifier>,
    admin: Mutex<Option<Bearer>>,
    builder_admin: OnceLock<String>,
    seed: u64,
}

impl World {
    /// A deployment on which bootstrap has run, with one instance for each clock, which is so many
    /// seconds ahead of true time.
    pub(crate) async fn start(seed: u64, dice: &mut Dice, ahead: &[u64]) -> Arc<Self> {
        let world = Self::start_at_once(seed, dice, ahead).await;
        // A key does not sign by clocks that are behind the one that it was made by.
        sleep(Duration::from_secs(60)).await;
        world.find_role().await;
        world
    }

    /// The same, right after bootstrap.
    pub(crate) async fn start_at_once(seed: u64, dice: &mut Dice, ahead: &[u64]) -> Arc<Self> {
        let log = Log::start();
        let mut world = Self {
            network: Network::new(log.clone(), dice.fork()),
            log,
            bootstrap: Default::default(),
            stack: Stack::open(Storage::Ephemeral).await.unwrap(),
            instances: Mutex::default(),
            randomness: Mutex::new(dice.fork()),
            requests: Mutex::new(0),
            verifier: OnceLock::new(),
            admin: Mutex::default(),
            builder_admin: OnceLock::new(),
            seed,
        };
        for ahead in ahead {
            world.add_instance(*ahead);
        }
        world.instance(0).0.bootstrap().await.unwrap();
        let credentials = world.stack.secret(Stack::BOOTSTRAP_CREDENTIALS).unwrap();
        let credentials: Value = serde_json::from_str(&credentials).unwrap();
        let id = text(&credentials["client_id"]);
        let id = shared::model::ClientId::from_client_id(&id).unwrap();
        world.bootstrap = (id.to_string(), text(&credentials["client_secret"]));
        world.read_key_set().await;
        Arc::new(world)
    }

    /// One more instance, which remembers nothing; its number.
    pub(crate) fn add_instance(&self, ahead: u64) -> usize {
        let mut instances = self.instances.lock().unwrap();
        let mut options = Options::new(ISSUER);
        // Ed25519 makes the smallest work.
        options.parameters.set("SigningAlgorithm", "EdDSA");
        let log = self.log.clone();
        options.clock = Clock::from_fn(move || {
            Timestamp::from_epoch_seconds(BEGIN + log.now() / 1_000 + ahead)
        });
        let dice = Mutex::new(self.randomness.lock().unwrap().fork());
        options.randomness = Randomness::from_fn(move |bytes| {
            dice.lock().unwrap().fill(bytes);
            Ok(())
        });
        options.region = format!("simulation-{}-{}", self.seed, instances.len());
        options.http_client = Some(self.network.wrapper());
        let instance = Instance::start(&self.stack, &options).unwrap();
        instances.push((Arc::new(instance), ahead));
        instances.len() - 1
    }

    fn instance(&self, number: usize) -> (Arc<Instance>, u64) {
        self.instances.lock().unwrap()[number].clone()
    }

    pub(crate) fn count_instances(&self) -> usize {
        self.instances.lock().unwrap().len()
    }

    /// Asks an instance.
    pub(crate) async fn ask(&self, instance: usize, ask: Ask) -> Answer {
        self.ask_for_token(instance, ask).await.0
    }

    async fn ask_for_token(&self, instance: usize, ask: Ask) -> (Answer, Option<Bearer>) {
        let number = {
            let mut requests = self.requests.lock().unwrap();
            *requests += 1;
            *requests
        };
        let (running, ahead) = self.instance(instance);
        let asked = What::Asked {
            instance,
            ahead,
            ask: ask.clone(),
        };
        self.log.push(number, asked);
        let handler: shared::runtime::Handler = running.handler(ask.function()).unwrap();
        let response = REQUEST.scope(number, handler(ask.request())).await;
        let (answer, token) = answer::read(&ask, response, self.verifier.get());
        self.log.push(number, What::Answered(answer.clone()));
        let bearer = match (&answer.said, token, ask) {
            (Said::Token(claims), Some(token), Ask::Token { client, .. }) => Some(Bearer {
                token,
                owner: client,
                expires: claims.expires,
            }),
            _ => None,
        };
        (answer, bearer)
    }

    /// Asks for a token; the token, when there is one.
    pub(crate) async fn token(
        &self,
        instance: usize,
        client: &str,
        secret: &str,
    ) -> Option<Bearer> {
        let ask = Ask::Token {
            client: client.to_owned(),
            secret: secret.to_owned(),
        };
        self.ask_for_token(instance, ask).await.1
    }

    /// A token of the administrator that is good for a while; `None` when AWS does not let it have
    /// one.
    pub(crate) async fn admin(&self, instance: usize) -> Option<Bearer> {
        let held = self.admin.lock().unwrap().clone();
        let soon = BEGIN + self.log.now() / 1_000 + FRESH;
        if let Some(bearer) = held.filter(|bearer| bearer.expires > soon) {
            return Some(bearer);
        }
        let (client, secret) = &self.bootstrap;
        let bearer = self.token(instance, client, secret).await?;
        *self.admin.lock().unwrap() = Some(bearer.clone());
        Some(bearer)
    }

    /// Asks the management API as the administrator; `None` when it got no token for it.
    pub(crate) async fn manage(&self, instance: usize, manage: Manage) -> Option<Answer> {
        let bearer = self.admin(instance).await?;
        Some(self.ask(instance, Ask::Manage(bearer, manage)).await)
    }

    /// What makes a Builder Admin with those attributes.
    pub(crate) fn create(&self, attributes: Attributes) -> Manage {
        Manage::Create(attributes, self.role())
    }

    /// The id of the role of every client.
    pub(crate) fn role(&self) -> String {
        self.builder_admin.get().unwrap().clone()
    }

    /// Makes a client while nothing goes wrong: its id and its secret.
    pub(crate) async fn client(&self, attributes: Attributes) -> (String, String) {
        let answer = self.manage(0, self.create(attributes)).await.unwrap();
        let Said::Client(shown) = answer.said else {
            panic!("no client: {answer:?}");
        };
        (shown.id, shown.secret.unwrap())
    }

    async fn raw(&self, ask: &Ask) -> Value {
        let handler = self.instance(0).0.handler(ask.function()).unwrap();
        let response = handler(ask.request()).await;
        serde_json::from_slice(response.into_body().as_ref()).unwrap()
    }

    async fn read_key_set(&self) {
        let keys = serde_json::from_value(self.raw(&Ask::KeySet).await).unwrap();
        let verifier = Verifier {
            issuer: ISSUER.to_owned(),
            keys,
        };
        assert!(self.verifier.set(verifier).is_ok());
    }

    async fn find_role(&self) {
        let bearer = self.admin(0).await.unwrap();
        let roles = self.raw(&Ask::Manage(bearer, Manage::Roles)).await;
        let mut roles = roles["data"].as_array().unwrap().iter();
        let role = roles.find(|role| role["attributes"]["name"] == "Builder Admin");
        let id = text(&role.unwrap()["id"]);
        assert!(self.builder_admin.set(id).is_ok());
    }
}
