//! What the environment says of a simulation.

/// How many seeds are run when nothing else is said.
const USUAL: u64 = 200;

/// How many seeds to run: `LATCHKEY_SIMULATION_SEEDS`.
pub(crate) fn seeds() -> u64 {
    number("LATCHKEY_SIMULATION_SEEDS").unwrap_or(USUAL)
}

/// The one seed to replay: `LATCHKEY_SIMULATION_SEED`.
pub(crate) fn seed() -> Option<u64> {
    number("LATCHKEY_SIMULATION_SEED")
}

/// How many clients a crowd has: `LATCHKEY_SIMULATION_CLIENTS`.
pub(crate) fn clients() -> u64 {
    number("LATCHKEY_SIMULATION_CLIENTS").unwrap_or(100)
}

fn number(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of the tests themselves"
    )]
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}
