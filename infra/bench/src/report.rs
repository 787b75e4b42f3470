//! The tables of results, and the bounds that `bench check` enforces.

use std::fmt::Write as _;
use std::iter;
use std::path::Path;
use std::time::Duration;

use lambda_http::Error;

use crate::handler::Cost;
use crate::policies::PolicyCost;
use crate::processes::{Subject, find, runs_on, zipped};

/// Bounds for a stripped binary and for the same zipped, in bytes.
struct Limits {
    size: u64,
    zipped: u64,
}

/// Slightly above the measured sizes (docs/performance.md).
const ARM64: Limits = Limits {
    size: 5_400_000,
    zipped: 2_620_000,
};

/// Larger than for arm64: aws-lc also has code for AVX-512.
const X86_64: Limits = Limits {
    size: 6_850_000,
    zipped: 2_860_000,
};

/// The expected numbers of AWS calls of a function's scenario, cold and warm (docs/architecture.md).
fn expected_calls(function: &str) -> Option<(usize, usize)> {
    Some(match function {
        "token" => (3, 1),
        "metadata" => (1, 1),
        "default-route" => (0, 0),
        "get-client" | "get-role" => (3, 2),
        "update-client" | "rotate-secret" | "delete-client" | "manage-role" => (4, 3),
        "create-client" => (3, 2),
        "decide" => (2, 1),
        _ => return None,
    })
}

/// The bound for the CPU time from exec to the first response. It is several times the usual value,
/// and half of the value with jitter entropy.
const START_CPU: Duration = Duration::from_millis(15);

/// The functions with binaries above their bounds.
pub(crate) fn too_large(binaries: &Path, functions: &[String]) -> Result<Vec<String>, Error> {
    let mut failures = Vec::new();
    for function in functions {
        let binary = find(binaries, function)?;
        let bounds = if runs_on(&binary)? == "aarch64" {
            ARM64
        } else {
            X86_64
        };
        let (size, zipped) = (binary.metadata()?.len(), zipped(&binary)?);
        if size > bounds.size || zipped > bounds.zipped {
            failures.push(format!(
                "{} has {size} bytes, {zipped} zipped; the bounds are {} and {}",
                binary.display(),
                bounds.size,
                bounds.zipped
            ));
        }
    }
    Ok(failures)
}

/// The failure if a function's AWS calls differ from the expected numbers.
pub(crate) fn wrong_calls(subject: &Subject) -> Option<String> {
    let Subject { name, calls, .. } = subject;
    let expected = expected_calls(subject.function());
    let is_wrong = expected != Some((calls.cold.len(), calls.warm.len()));
    is_wrong.then(|| format!("{name}: expected {expected:?} AWS calls (cold, warm), got {calls:?}"))
}

/// The failure if a start takes so much CPU time that aws-lc must have jitter entropy
/// (docs/adr/0013).
pub(crate) fn slow_start(subject: &Subject) -> Option<String> {
    let Subject {
        name, start_cpu, ..
    } = subject;
    let is_slow = *start_cpu > START_CPU;
    is_slow.then(|| format!("{name} takes {start_cpu:?} of CPU time until its first response"))
}

/// The measurements of the binaries as processes, in Markdown.
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

/// The CPU times of the token function's handler, in Markdown.
pub(crate) fn handler(costs: &[Cost]) -> Result<String, Error> {
    let mut text =
        "| algorithm | bare signature, µs | handler, µs | × | with event and answer, µs | × \
                    | AWS call (subtracted), µs |\n|---|---|---|---|---|---|---|\n"
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

/// The CPU times of access policies, in Markdown.
pub(crate) fn policies(costs: &[PolicyCost]) -> Result<String, Error> {
    let [signature, ..] = costs else {
        return Err("there is nothing to compare with".into());
    };
    let mut text = "| work | µs | × |\n|---|---|---|\n".to_owned();
    for cost in costs {
        let ratio = cost.time / signature.time;
        writeln!(text, "| {} | {:.2} | {ratio:.4} |", cost.work, cost.time)?;
    }
    Ok(text)
}

/// The sizes of `hello` and of the functions, in Markdown.
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
    #[expect(clippy::cast_precision_loss, reason = "only two decimals are printed")]
    let bytes = bytes as f64;
    bytes / 1e6
}
