//! Properties that hold for every input. `fuzz/run` looks for inputs that break one, guided by coverage; the tests
//! here try some at random.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a property that does not hold is a panic"
)]

pub mod policy_decisions;
mod policy_reference;
pub mod policy_text;
#[cfg(test)]
mod tests;
