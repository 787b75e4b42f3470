//! One deployment with several instances. A seed determines its clock and its randomness.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use local::{Instance, Options, Stack, Storage};
use serde_json::Value;
use shared::clock::Clock;
use shared::model::Timestamp;
use shared::random::Randomness;
use tests::{BEGIN, Damage, Table, text};
use tokio::time::{sleep, timeout};

use crate::simulation::answer::{self, Answer, Content, Verifier};
use crate::simulation::ask::{Ask, Attributes, Bearer, Manage, Terms};
use crate::simulation::dice::Dice;
use crate::simulation::log::{EventKind, Log};
use crate::simulation::network::{Network, REQUEST};
use crate::simulation::writes::{State, Write};

/// The number of regions so far. Each instance has a different one.
static REGIONS: AtomicU64 = AtomicU64::new(0);

const ISSUER: &str = "https://auth.example.com";
/// The minimum remaining lifetime, in seconds, of an administrator's token that is reused.
const MIN_REMAINING: u64 = 300;
/// Longer than any request.
const NEVER: Duration = Duration::from_secs(3_600);

/// A deployment.
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) network: Network,
    /// The client that bootstrap created, and its secret.
    pub(crate) bootstrap: (String, String),
    stack: Stack,
    /// Every instance, with the seconds by which its clock is ahead.
    instances: Mutex<Vec<(Arc<Instance>, u64)>>,
    randomness: Mutex<Dice>,
    requests: Mutex<u64>,
    verifier: OnceLock<Verifier>,
    admin: Mutex<Option<Bearer>>,
    builder_admin: OnceLock<String>,
}

impl World {
    /// A deployment after bootstrap, with one instance per clock. `ahead` contains the seconds by
    /// which each clock is ahead of true time.
    pub(crate) async fn start(dice: &mut Dice, ahead: &[u64]) -> Arc<Self> {
        let world = Self::start_at_once(dice, ahead).await;
        // Now every clock is past the creation of the signing key. This is not needed for signing:
        // the first key also signs by clocks up to a minute behind (see `clocks`).
        sleep(Duration::from_secs(60)).await;
        world.find_role().await;
        world
    }

    /// The same, but immediately after bootstrap.
    pub(crate) async fn start_at_once(dice: &mut Dice, ahead: &[u64]) -> Arc<Self> {
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

    /// Adds a cold instance. Returns its number.
    pub(crate) fn add_instance(&self, ahead: u64) -> usize {
        let mut instances = self.instances.lock().unwrap();
        let mut options = Options::new(ISSUER);
        // Ed25519 is the fastest algorithm.
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
        // The retry quota of a region is shared by the whole process. With another run of the same
        // seed, even an earlier one, a run would not replay exactly.
        let region = REGIONS.fetch_add(1, Ordering::Relaxed);
        options.region = format!("simulation-{region}");
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

    /// Sends a request to an instance.
    pub(crate) async fn ask(&self, instance: usize, ask: Ask) -> Answer {
        self.ask_for_token(instance, ask).await.0
    }

    /// Sends a request to an instance that crashes after some time. The calls that it has sent to AWS
    /// are executed all the same.
    pub(crate) async fn ask_and_crash(&self, instance: usize, ask: Ask, after: Duration) -> Answer {
        self.ask_until(instance, ask, after).await.0
    }

    async fn ask_for_token(&self, instance: usize, ask: Ask) -> (Answer, Option<Bearer>) {
        self.ask_until(instance, ask, NEVER).await
    }

    async fn ask_until(
        &self,
        instance: usize,
        ask: Ask,
        crashes_after: Duration,
    ) -> (Answer, Option<Bearer>) {
        let number = {
            let mut requests = self.requests.lock().unwrap();
            *requests += 1;
            *requests
        };
        let (running, ahead) = self.instance(instance);
        let asked = EventKind::Asked {
            instance,
            ahead,
            ask: ask.clone(),
        };
        self.log.push(number, asked);
        let handler: shared::runtime::Handler = running.handler(ask.function()).unwrap();
        let work = REQUEST.scope(number, handler(ask.request()));
        let (answer, token) = match timeout(crashes_after, work).await {
            Ok(response) => answer::read(&ask, response, self.verifier.get()),
            Err(_) => (Answer::NONE, None),
        };
        self.log.push(number, EventKind::Answered(answer.clone()));
        let bearer = match (&answer.content, token, ask) {
            (Content::Token(claims), Some(token), Ask::Token { client, .. }) => Some(Bearer {
                token,
                owner: client,
                expires: claims.expires,
            }),
            _ => None,
        };
        (answer, bearer)
    }

    /// Sends a request that no check follows to an instance, which may crash after some time. Returns the
    /// status and the document of the answer, if there is one.
    pub(crate) async fn send(
        &self,
        instance: usize,
        function: &str,
        request: lambda_http::Request,
        crashes_after: Option<Duration>,
    ) -> Option<(u16, Value)> {
        let number = {
            let mut requests = self.requests.lock().unwrap();
            *requests += 1;
            *requests
        };
        let handler = self.instance(instance).0.handler(function).unwrap();
        let work = REQUEST.scope(number, handler(request));
        let response = timeout(crashes_after.unwrap_or(NEVER), work).await.ok()?;
        let status = response.status().as_u16();
        let document = serde_json::from_slice(response.into_body().as_ref());
        Some((status, document.unwrap_or_default()))
    }

    /// Every item of the table, read past the functions and the network.
    pub(crate) async fn items(&self) -> Vec<Value> {
        Table::of(&self.stack).items().await
    }

    /// Requests a token. Returns it if one was issued.
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

    /// An administrator's token with at least `MIN_REMAINING` left; `None` when AWS faults prevent
    /// it.
    pub(crate) async fn admin(&self, instance: usize) -> Option<Bearer> {
        let cached = self.admin.lock().unwrap().clone();
        let soon = BEGIN + self.log.now() / 1_000 + MIN_REMAINING;
        if let Some(bearer) = cached.filter(|bearer| bearer.expires > soon) {
            return Some(bearer);
        }
        let (client, secret) = &self.bootstrap;
        let bearer = self.token(instance, client, secret).await?;
        *self.admin.lock().unwrap() = Some(bearer.clone());
        Some(bearer)
    }

    /// Sends a management request as the administrator; `None` when no token was available.
    pub(crate) async fn manage(&self, instance: usize, manage: Manage) -> Option<Answer> {
        self.manage_on(instance, manage, Terms::default()).await
    }

    /// The same on terms.
    pub(crate) async fn manage_on(
        &self,
        instance: usize,
        manage: Manage,
        terms: Terms,
    ) -> Option<Answer> {
        let bearer = self.admin(instance).await?;
        let ask = Ask::Manage(bearer, manage, terms);
        Some(self.ask(instance, ask).await)
    }

    /// A client's revision, read without faults.
    pub(crate) async fn revision(&self, client: &str) -> String {
        let answer = self.manage(0, Manage::Get(client.to_owned())).await;
        answer.unwrap().revision.unwrap()
    }

    /// The time in so many days, in epoch seconds.
    pub(crate) fn in_days(&self, days: u64) -> u64 {
        BEGIN + self.log.now() / 1_000 + days * 86_400
    }

    /// The newest committed state of a client; `None` if it was deleted.
    fn newest_state(&self, client: &str) -> Option<State> {
        self.log.since(0, |events| {
            let mut writes = events.iter().rev().filter_map(|event| match &event.kind {
                EventKind::Wrote(of, Write::Became(state, _)) if of == client => Some(Some(state)),
                EventKind::Wrote(of, Write::Gone) if of == client => Some(None),
                _ => None,
            });
            writes.next().flatten().cloned()
        })
    }

    /// The attributes that a client has now.
    pub(crate) fn attributes(&self, client: &str) -> Attributes {
        let Some(state) = self.newest_state(client) else {
            return Attributes::default();
        };
        Attributes {
            name: Some(state.name),
            quota: Some(state.quota),
            enabled: Some(state.enabled),
            lifetime: Some(state.lifetime),
        }
    }

    /// The id of one of a client's stored secrets, which may have ended.
    pub(crate) fn any_secret(&self, client: &str, dice: &mut Dice) -> Option<String> {
        let secrets = self.newest_state(client)?.secrets;
        (!secrets.is_empty()).then(|| dice.pick(&secrets).id.clone())
    }

    /// The request that creates a Builder Admin with these attributes.
    pub(crate) fn create(&self, attributes: Attributes) -> Manage {
        Manage::Create(attributes, self.role())
    }

    /// The ID of the role that every client has.
    pub(crate) fn role(&self) -> String {
        self.builder_admin.get().unwrap().clone()
    }

    /// Creates a client without faults. Returns its ID and its secret.
    pub(crate) async fn client(&self, attributes: Attributes) -> (String, String) {
        let answer = self.manage(0, self.create(attributes)).await.unwrap();
        let Content::Client(shown) = answer.content else {
            panic!("no client: {answer:?}");
        };
        (shown.id, shown.secret.unwrap())
    }

    /// Damages a client in the table, past the functions and the network.
    pub(crate) async fn damage(&self, client: &str, damage: Damage) {
        Table::of(&self.stack).damage(client, damage).await;
        let damaged = EventKind::Damaged(client.to_owned(), damage);
        self.log.push(0, damaged);
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
        let roles = self
            .raw(&Ask::Manage(bearer, Manage::Roles, Terms::default()))
            .await;
        let mut roles = roles["data"].as_array().unwrap().iter();
        let role = roles.find(|role| role["attributes"]["name"] == "Builder Admin");
        let id = text(&role.unwrap()["id"]);
        assert!(self.builder_admin.set(id).is_ok());
    }
}
