//! The tables, and the bounds that a change must not cross.

use std::fmt::Write as _;
use std::iter;
use std::path::Path;
use std::time::Duration;

use lambda_http::Error;

use crate::handler::Cost;
use crate::processes::{Subject, find, runs_on, zipped};

/// Bytes of a stripped binary, and of the same zipped.
struct Limits {
    size: u64,
    zipped: u64,
}

/// A little more than they have (docs/performance.md).
const ARM64: Limits = Limits {
    size: 5_300_000,
    zipped: 2_550_000,
};

/// Here aws-lc has code for AVX-512 besides.
const X86_64: Limits = Limits {
    size: 6_700_000,
    zipped: 2_800_000,
};

/// How many AWS calls a function makes for what it is asked here, cold and warm
/// (docs/architecture.md).
fn promised_calls(function: &str) -> Option<(usize, usize)> {
    Some(match function {
        "token" => (3, 1),
        "metadata" => (1, 1),
        "get-client" | "get-role" => (3, 2),
        "create-client" | "update-client" | "rotate-secret" | "delete-client" => (4, 3),
        _ => return None,
    })
}

/// CPU time to the first answer: several times what it is, half of what it would be.
const START_CPU: Duration = Duration::from_millis(15);

/// Those of the functions whose binaries have grown above their bounds.
pub(crate) fn too_large(binaries: &Path, functions: &[String]) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    for function in functions {
        let binary = find(binaries, function)?;
        let bounds = if runs_on(&binary)? == "aarch64" {
            ARM64
        } else {
            X86_64
        };
        let (size, zipped) = (binary.metadata()?.len(), zipped(&binary)?);
        if size > bounds.size || zipped > bounds.zipped {
            faults.push(format!(
                "{} has {size} bytes, {zipped} zipped; the bounds are {} and {}",
                binary.display(),
                bounds.size,
                bounds.zipped
            ));
        }
    }
    Ok(faults)
}

/// Whether a function makes other AWS calls than it promises.
pub(crate) fn wrong_calls(subject: &Subject) -> Option<String> {
    let Subject { name, calls, .. } = subject;
    let promised = promised_calls(subject.function());
    let is_wrong = promised != Some((calls.cold.len(), calls.warm.len()));
    is_wrong.then(|| format!("{name} is to make {promised:?} AWS calls, it makes {calls:?}"))
}

/// Whether its start costs what only aws-lc's jitter entropy costs (docs/adr/0013).
pub(crate) fn slow_start(subject: &Subject) -> Option<String> {
    let Subject {
        name, start_cpu, ..
    } = subject;
    let is_slow = *start_cpu > START_CPU;
    is_slow.then(|| format!("{name} takes {start_cpu:?} of CPU to its first answer"))
}

/// What was measured of the binaries as processes, in Markdown.
pub(crate) fn processes(subjects: &[Subject]) -> Result<String, Error> {
    let [hello, ..] = subjects else {
        return Err("there is nothing to compare with".into());
    };
    let mut text = "| binary | exec → `/next`, ms | × | exec → first answer, ms | × | \
                    CPU of a warm invocation, µs | × | peak MB | AWS calls cold | warm |\n\
                    |---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for subject in subjects {
        let figures = subject.figures(hello);
        writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.2} | {:.1} | {} | {} |",
            subject.name,
            figures.ready.0 / 1e3,
            figures.ready.1,
            figures.first_answer.0 / 1e3,
            figures.first_answer.1,
            figures.cpu.0,
            figures.cpu.1,
            figures.memory / 1e6,
            subject.calls.cold.len(),
            subject.calls.warm.len(),
        )?;
    }
    Ok(text)
}

/// What the token function's own work costs, in Markdown.
pub(crate) fn handler(costs: &[Cost]) -> Result<String, Error> {
    let mut text =
        "| algorithm | bare signature, µs | handler, µs | × | with event and answer, µs | × \
                    | the AWS call beside it, µs |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for cost in costs {
        writeln!(
            text,
            "| {} | {:.1} | {:.1} | {:.2} | {:.1} | {:.2} | {:.1} |",
            cost.algorithm,
            cost.signature,
            cost.handler,
            cost.handler / cost.signature,
            cost.with_event,
            cost.with_event / cost.signature,
            cost.call,
        )?;
    }
    Ok(text)
}

/// The sizes of the bare Lambda and of those functions, in Markdown.
pub(crate) fn sizes(binaries: &Path, functions: &[String]) -> Result<String, Error> {
    let mut text = "| binary | MB | zipped MB |\n|---|---|---|\n".to_owned();
    for function in iter::once("hello").chain(functions.iter().map(String::as_str)) {
        let binary = find(binaries, function)?;
        let (size, zipped) = (binary.metadata()?.len(), zipped(&binary)?);
        let (size, zipped) = (megabytes(size), megabytes(zipped));
        writeln!(text, "| {function} | {size:.2} | {zipped:.2} |")?;
    }
    Ok(text)
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two digits are printed")]
    let bytes = bytes as f64;
    bytes / 1e6
}
