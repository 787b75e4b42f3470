//! Runs many seeds, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{available_parallelism, scope};

use crate::simulation::log::fingerprint;
use crate::simulation::run::{events, run};
use crate::simulation::settings;
use crate::simulation::totals::Totals;

/// The number of failures after which no further seed is run.
const MAX_FAILURES: usize = 10;
/// The number of runs between two progress reports.
const PROGRESS_INTERVAL: u64 = 5_000;

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = settings::seed() {
        return replay(seed);
    }
    let seeds = settings::seeds();
    let (next, found) = (
        AtomicU64::new(0),
        Mutex::new((Totals::default(), Vec::new())),
    );
    let cores = available_parallelism().map_or(1, usize::from);
    scope(|threads| {
        for _ in 0..cores {
            threads.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds || found.lock().unwrap().1.len() >= MAX_FAILURES {
                        return;
                    }
                    let outcome = run(seed);
                    let (totals, failures) = &mut *found.lock().unwrap();
                    match outcome {
                        Ok(counted) => {
                            *totals += counted;
                            if totals.runs % PROGRESS_INTERVAL == 0 {
                                println!("{totals}");
                            }
                        }
                        Err(why) => failures.push(format!("seed {seed}: {why}")),
                    }
                }
            });
        }
    });
    let (totals, failures) = found.into_inner().unwrap();
    println!("{totals}");
    assert!(
        failures.is_empty(),
        "replay with LATCHKEY_SIMULATION_SEED=…:\n{}",
        failures.join("\n")
    );
    // Only now: a run that ends at its failures has few seeds.
    assert!(totals.mended > 0, "too few seeds to damage a client");
    let failed = totals.answers.contains_key(&412);
    assert!(failed, "too few seeds for a failed precondition");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..8 {
        let (once, again) = (events(seed), events(seed));
        let place = once
            .iter()
            .zip(&again)
            .position(|(one, other)| format!("{one:?}") != format!("{other:?}"));
        if let Some(place) = place {
            panic!("seed {seed}: {:?} or {:?}", once[place], again[place]);
        }
        assert_eq!(fingerprint(&once), fingerprint(&again), "seed {seed}");
    }
}

/// Prints the events of one seed, then checks it.
fn replay(seed: u64) {
    let events = events(seed);
    for event in &events {
        println!(
            "{:>9} ms, request {:>3}: {:?}",
            event.at, event.request, event.kind
        );
    }
    println!("fingerprint {:016x}", fingerprint(&events));
    println!("{}", run(seed).unwrap());
}
