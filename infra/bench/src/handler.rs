//! The CPU time of the token function's handler in this process, compared with the bare signature.
//!
//! AWS's responses come from memory. The SDK's CPU time for the AWS call is measured separately and
//! subtracted; the rest is the function's own.

use std::hint::black_box;
use std::time::Duration;

use lambda_http::request::LambdaRequest;
use lambda_http::{Context, Error, LambdaEvent, Request};
use shared::clock::Clock;
use shared::model::gate::Window;
use shared::model::issuing::{Reading, Step};
use shared::model::{AppClient, ClientId, UsedSecret};
use shared::runtime::{Environment, Handler, HttpEvent, Running, Served};
use shared::store::{Store, Written};

use crate::deployment::{Deployment, Scenario};
use crate::machine::thread_cpu;
use crate::recording::replay;
use crate::signature::Signature;
use crate::statistics::median;

pub(crate) const ROUNDS: usize = 15;
/// The approximate CPU time of one block of runs.
pub(crate) const BLOCK: Duration = Duration::from_millis(60);

/// CPU times for one token in µs, medians of all rounds.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) algorithm: &'static str,
    /// The bare signature over a message of a token's length.
    pub(crate) signature: f64,
    /// The handler, from the request to the response.
    pub(crate) handler: f64,
    /// The whole invocation, from the event's JSON to the response's JSON, with the log line.
    pub(crate) with_event: f64,
    /// The AWS call, which is subtracted from both.
    pub(crate) call: f64,
}

pub(crate) async fn cost(algorithm: &'static str) -> Result<Cost, Error> {
    let deployment = Deployment::new(algorithm).await?;
    let scenario = deployment.token_scenario().await?;
    let environment = environment(&deployment, &scenario)?;
    let signature = Signature::new(algorithm, &deployment.private_key()?)?;
    let Running::Requests(handler) = (token::TOKEN.start)(&environment)? else {
        return Err("the token function does not serve requests".into());
    };
    let served = Served::new(handler.clone(), &environment);
    let gate_call = GateCall::new(&environment, deployment.client()?).await?;
    // Fills the caches: the client and the signing key.
    token(&served, &scenario.cold.event).await?;

    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let bare = block(async || signature.sign()).await?;
        let call = block(async || gate_call.run().await).await?;
        let own = handle(&handler, &scenario.warm.event).await?;
        let with_event = block(async || token(&served, &scenario.warm.event).await).await?;
        rounds.push([bare, own - call, with_event - call, call]);
    }
    let column = |column: usize| {
        let values = rounds.iter().filter_map(|round| round.get(column).copied());
        median(values.collect())
    };
    Ok(Cost {
        algorithm,
        signature: column(0),
        handler: column(1),
        with_event: column(2),
        call: column(3),
    })
}

/// The token function's environment, with AWS's responses from memory and a stopped clock.
fn environment(deployment: &Deployment, scenario: &Scenario) -> Result<Environment, Error> {
    let mut environment = deployment.token_environment()?;
    let responses = [&scenario.cold.responses[..], &scenario.warm.responses[..]].concat();
    let aws = environment.aws.into_builder();
    let aws = aws.http_client(replay(&responses));
    environment.aws = aws.build();
    let now = environment.clock.now();
    environment.clock = Clock::from_fn(move || now);
    Ok(environment)
}

/// CPU time of one run of `work`, in µs.
async fn block(work: impl AsyncFn() -> Result<(), Error>) -> Result<f64, Error> {
    let (begin, mut runs) = (thread_cpu(), 0_u32);
    loop {
        work().await?;
        runs += 1;
        let spent = thread_cpu() - begin;
        if spent >= BLOCK {
            return Ok(spent.as_secs_f64() * 1e6 / f64::from(runs));
        }
    }
}

/// CPU time of one run of the handler, in µs. The requests are prepared outside the measurement.
async fn handle(handler: &Handler, event: &str) -> Result<f64, Error> {
    let event: LambdaRequest = serde_json::from_str(event)?;
    let request: Request = event.into();
    let mut spent = Duration::ZERO;
    let mut runs = 0_u32;
    while spent < BLOCK {
        let requests = vec![request.clone(); 64];
        let begin = thread_cpu();
        for request in requests {
            let response = black_box(handler(request).await);
            if !response.status().is_success() {
                return Err("the handler returned an error".into());
            }
            runs += 1;
        }
        spent += thread_cpu() - begin;
    }
    Ok(spent.as_secs_f64() * 1e6 / f64::from(runs))
}

/// Processes an event like the Lambda runtime, from bytes to bytes.
async fn token(served: &Served, event: &str) -> Result<(), Error> {
    let event: HttpEvent = serde_json::from_slice(event.as_bytes())?;
    let event = LambdaEvent::new(event, Context::default());
    let handler = |request| served.answer(request);
    let response = shared::runtime::lambda::invoke(&handler, event).await?;
    black_box(serde_json::to_vec(&response)?);
    Ok(())
}

/// The token function's AWS call without the function.
struct GateCall {
    store: Store,
    client: ClientId,
    write: shared::model::gate::GateWrite,
    secret: UsedSecret,
}

impl GateCall {
    async fn new(environment: &Environment, client: ClientId) -> Result<Self, Error> {
        let store = Store::new(environment)?;
        let now = environment.clock.now();
        let found = store.find_client_and_gate(client).await?;
        let Step::Decide(candidate) = Reading::FIRST.found::<AppClient, (), ()>(found) else {
            return Err("the client does not exist".into());
        };
        let secret = candidate.client().secrets.newest();
        let secret = secret.ok_or("the client has no secret")?.used_at(now);
        let next = candidate.decided(Window::HOUR, now, Ok::<_, ()>(()));
        let Step::Write(count) = next else {
            return Err("the gate does not permit a token".into());
        };
        let write = count.write().clone();
        Ok(Self {
            store,
            client,
            write,
            secret,
        })
    }

    async fn run(&self) -> Result<(), Error> {
        let mut attempts = self.store.attempts();
        let written = self
            .store
            .count(self.client, &self.write, self.secret, &mut attempts);
        match written.await? {
            Written::Counted { .. } => Ok(()),
            Written::ConditionFailed(_) => Err("the condition on the gate failed".into()),
        }
    }
}
