//! The settings of the simulation, from the environment.

/// The default number of seeds.
const DEFAULT_SEEDS: u64 = 50;

/// The number of seeds to run: `LATCHKEY_SIMULATION_SEEDS`.
pub(crate) fn seeds() -> u64 {
    number("LATCHKEY_SIMULATION_SEEDS").unwrap_or(DEFAULT_SEEDS)
}

/// The one seed to replay: `LATCHKEY_SIMULATION_SEED`.
pub(crate) fn seed() -> Option<u64> {
    number("LATCHKEY_SIMULATION_SEED")
}

/// The number of clients in the scale test: `LATCHKEY_SIMULATION_CLIENTS`.
pub(crate) fn clients() -> u64 {
    number("LATCHKEY_SIMULATION_CLIENTS").unwrap_or(100)
}

fn number(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of the tests, not of the service"
    )]
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}
