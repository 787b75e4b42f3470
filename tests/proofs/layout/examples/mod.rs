//! Tests of the layout checks on small trees: each check reports every violation and nothing else.

mod cycles;
mod paths;
mod rules;

use super::imports::Imports;
use super::source::Source;

/// The imports between files, formatted as `a.rs -> b.rs: Name`.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    Imports::of(&Source::example(files))
        .files
        .edges(|_, _| true)
}
