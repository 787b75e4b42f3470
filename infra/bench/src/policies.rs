//! The CPU time of access policies in this process, compared with the bare RS256 signature.

use std::hint::black_box;

use lambda_http::Error;
use serde_json::json;
use shared::model::ManagedRole;
use shared::model::policy::{ActionName, Policies, Policy, PolicySource, Request, Resources};

use crate::deployment::Deployment;
use crate::handler::{BLOCK, ROUNDS};
use crate::machine::thread_cpu;
use crate::signature::Signature;
use crate::statistics::median;

/// The most roles that a client can have.
const ROLES: usize = 10;
/// So many runs that reading the clock costs little in comparison.
const BATCH: u16 = 256;

/// A piece of work, and its CPU time in µs: the median of all rounds.
#[derive(Debug)]
pub(crate) struct PolicyCost {
    pub(crate) work: &'static str,
    pub(crate) time: f64,
}

type Timed<'a> = (&'static str, Box<dyn Fn() -> Result<(), Error> + 'a>);

/// The bare signature, followed by what is compared with it.
pub(crate) async fn costs() -> Result<Vec<PolicyCost>, Error> {
    let deployment = Deployment::new("RS256").await?;
    let signature = Signature::new("RS256", &deployment.private_key()?)?;
    let texts: Vec<_> = (0..ROLES).map(text).collect();
    let largest = read(&texts)?;
    let managed = Policies(vec![(source(), Policy::everything())]);
    // The last rule of the last role permits it.
    let request = request(&patient(ROLES - 1, Policy::RULES - 1))?;
    for policies in [&largest, &managed] {
        if !policies.decide(&request).allowed {
            return Err("a policy denies the request".into());
        }
    }
    let creation = || {
        black_box(Policy::everything());
        Ok(())
    };
    let reading = || {
        black_box(read(black_box(&texts))?);
        Ok(())
    };
    let decision = |policies: &Policies| {
        black_box(black_box(policies).decide(black_box(&request)));
        Ok(())
    };
    let holding = |policies: &Policies| {
        black_box(black_box(policies).hold_everything_of(black_box(&largest)));
        Ok(())
    };
    measure(&[
        ("bare signature, RS256", Box::new(|| signature.sign())),
        ("managed role: creation from code", Box::new(creation)),
        ("managed role: decision", Box::new(|| decision(&managed))),
        (
            "managed role: comparison with the 10 roles",
            Box::new(|| holding(&managed)),
        ),
        (
            "10 roles with 100 rules: reading from text",
            Box::new(reading),
        ),
        (
            "10 roles with 100 rules: decision",
            Box::new(|| decision(&largest)),
        ),
        (
            "10 roles with 100 rules: comparison with themselves",
            Box::new(|| holding(&largest)),
        ),
    ])
}

/// Which role it is changes no time.
fn source() -> PolicySource {
    PolicySource::Role(ManagedRole::BuilderAdmin.id().into())
}

fn patient(role: usize, rule: usize) -> String {
    format!("FHIR:Patient:{role}-{rule}")
}

/// A policy with as many rules as are permitted. Every tenth is a Deny.
fn text(role: usize) -> String {
    let rules = (0..Policy::RULES).map(|rule| {
        let effect = if rule % 10 == 0 { "Deny" } else { "Allow" };
        json!({ "effect": effect, "action": "FHIR:Read", "resource": patient(role, rule) })
    });
    json!({ "rule": rules.collect::<Vec<_>>() }).to_string()
}

fn read(texts: &[String]) -> Result<Policies, Error> {
    let read = |text: &String| {
        let policy = Policy::parse(&serde_json::from_str(text)?);
        let policy = policy.map_err(|invalid| format!("{invalid:?}"))?;
        Ok((source(), policy))
    };
    let policies: Result<_, Error> = texts.iter().map(read).collect();
    Ok(Policies(policies?))
}

fn request(resource: &str) -> Result<Request, Error> {
    let action = ActionName::parse("FHIR:Read").map_err(|reason| format!("{reason:?}"))?;
    let resource = Resources::parse(resource).map_err(|reason| format!("{reason:?}"))?;
    Ok(Request::new(action, &resource).ok_or("the action does not apply to the resource")?)
}

fn measure(works: &[Timed<'_>]) -> Result<Vec<PolicyCost>, Error> {
    let mut times = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for ((_, work), times) in works.iter().zip(&mut times) {
            times.push(block(work)?);
        }
    }
    let costs = works.iter().zip(times).map(|((work, _), times)| {
        let time = median(times);
        PolicyCost { work, time }
    });
    Ok(costs.collect())
}

/// CPU time of one run of `work`, in µs.
fn block(work: impl Fn() -> Result<(), Error>) -> Result<f64, Error> {
    let (begin, mut batches) = (thread_cpu(), 0_u32);
    loop {
        for _ in 0..BATCH {
            work()?;
        }
        batches += 1;
        let spent = thread_cpu() - begin;
        if spent >= BLOCK {
            return Ok(spent.as_secs_f64() * 1e6 / f64::from(batches) / f64::from(BATCH));
        }
    }
}
