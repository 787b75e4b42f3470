//! A change that a caller may make gives no client a permission that the caller lacks: random changes, compared
//! with every request of a small universe.

use fastrand::Rng;
use uuid::Uuid;

use super::brute_force::{CASES, allowed, one, rules, universe};
use crate::model::policy::{Policies, Policy, PolicySource, Request};

/// A random policy, with its source.
fn of_role(random: &mut Rng, number: u128) -> (PolicySource, Policy) {
    let Policies(mut policies) = one(&rules(random));
    let (_, policy) = policies.remove(0);
    (PolicySource::Role(Uuid::from_u128(number)), policy)
}

fn some_of(random: &mut Rng, policies: &[(PolicySource, Policy)]) -> Policies {
    let chosen = policies.iter().filter(|_| random.bool());
    Policies(chosen.cloned().collect())
}

/// The requests about one resource each. One about several is permitted if it is for each of them, so what the
/// client had and what the caller had may permit it together.
fn single() -> Vec<Request> {
    let mut requests = universe();
    requests.retain(|request| request.resource.is_one() || request.action.is_of_all());
    requests
}

#[test]
fn a_client_gets_nothing_that_neither_it_nor_the_caller_had() {
    let universe = single();
    let (mut permitted, mut refused) = (0, 0);
    for seed in 0..CASES {
        let mut random = Rng::with_seed(seed);
        let all: Vec<_> = (0..4).map(|number| of_role(&mut random, number)).collect();
        let (former, new) = (some_of(&mut random, &all), some_of(&mut random, &all));
        let caller = some_of(&mut random, &all);
        if !caller.may_change(&former, &new) {
            refused += 1;
            continue;
        }
        permitted += 1;
        let had = allowed(&former, &universe)
            .into_iter()
            .zip(allowed(&caller, &universe));
        let mut pairs = allowed(&new, &universe).into_iter().zip(had);
        assert!(
            pairs.all(|(now, (before, of_caller))| !now || before || of_caller),
            "{seed}: {caller:?} may change {former:?} to {new:?}"
        );
    }
    assert!(permitted > 500 && refused > 200, "{permitted}, {refused}");
}

#[test]
fn a_client_gets_nothing_by_a_changed_role_that_neither_it_nor_the_caller_had() {
    let universe = single();
    let (mut permitted, mut refused) = (0, 0);
    for seed in 0..2 * CASES {
        let mut random = Rng::with_seed(seed);
        let former = of_role(&mut random, 1);
        // A role that differs in some of its rules, or in all.
        let new = match random.bool() {
            true => of_role(&mut random, 1),
            false => {
                let mut new = former.clone();
                new.1.rules.retain(|_| random.bool());
                new
            }
        };
        let others = [of_role(&mut random, 2), of_role(&mut random, 3)];
        let mut caller = some_of(&mut random, &others);
        // The caller may have the role itself.
        if random.bool() {
            caller.0.push(former.clone());
        }
        if !caller.may_change_role(&former.1, &new.1) {
            refused += 1;
            continue;
        }
        permitted += 1;
        let of_caller = allowed(&caller, &universe);
        for client in [
            some_of(&mut random, &others),
            Policies(others.to_vec()),
            caller,
        ] {
            let with = |role: &(PolicySource, Policy)| {
                let mut policies = client.clone();
                policies.0.retain(|(source, _)| *source != role.0);
                policies.0.push(role.clone());
                allowed(&policies, &universe)
            };
            let had = with(&former).into_iter().zip(of_caller.iter().copied());
            let mut pairs = with(&new).into_iter().zip(had);
            assert!(
                pairs.all(|(now, (before, of_caller))| !now || before || of_caller),
                "{seed}: {former:?} becomes {new:?} with {client:?}"
            );
        }
    }
    assert!(permitted > 200 && refused > 200, "{permitted}, {refused}");
}
