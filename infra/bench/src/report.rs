//! The tables, and the bounds that a change must not cross.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use lambda_http::Error;

use crate::handler::Cost;
use crate::machine;
use crate::processes::{Subject, find, zipped};

/// Every function of the template.
const FUNCTIONS: [&str; 9] = [
    "token",
    "metadata",
    "create-client",
    "get-client",
    "update-client",
    "delete-client",
    "rotate-secret",
    "get-role",
    "bootstrap",
];

/// Bytes of a stripped binary, and of the same zipped: a little more than they have
/// (docs/performance.md).
const SIZE: u64 = 8_600_000;
const ZIPPED: u64 = 3_600_000;

/// How many AWS calls the token function makes, cold and warm.
const TOKEN_CALLS: (usize, usize) = (3, 1);

/// CPU time to the first answer: three times what it is, half of what it would be.
const START_CPU: Duration = Duration::from_millis(15);

/// The binaries that have grown above their bounds.
pub(crate) fn too_large(binaries: &Path) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    for function in FUNCTIONS {
        let binary = find(binaries, function)?;
        let (size, zipped) = (binary.metadata()?.len(), zipped(&binary)?);
        if size > SIZE || zipped > ZIPPED {
            faults.push(format!(
                "{function} has {size} bytes, {zipped} zipped; the bounds are {SIZE} and {ZIPPED}"
            ));
        }
    }
    Ok(faults)
}

/// Whether the token function makes other AWS calls than it promises.
pub(crate) fn wrong_calls(subject: &Subject) -> Option<String> {
    let calls = (subject.calls.cold.len(), subject.calls.warm.len());
    let is_wrong = subject.name.starts_with("token") && calls != TOKEN_CALLS;
    is_wrong.then(|| {
        let (cold, warm) = TOKEN_CALLS;
        let Subject { name, calls, .. } = subject;
        format!("{name} is to make {cold} AWS calls cold and {warm} warm; it makes {calls:?}")
    })
}

/// Whether its start costs what only aws-lc's jitter entropy costs (docs/adr/0013).
pub(crate) fn slow_start(subject: &Subject) -> Option<String> {
    let Subject {
        name, start_cpu, ..
    } = subject;
    let is_slow = *start_cpu > START_CPU;
    is_slow.then(|| format!("{name} takes {start_cpu:?} of CPU to its first answer"))
}

/// Everything that was measured, in Markdown.
pub(crate) fn table(subjects: &[Subject], costs: &[Cost]) -> Result<String, Error> {
    let mut text = format!("{}.\n\n", machine::description()?);
    let [hello, ..] = subjects else {
        return Err("there is nothing to compare with".into());
    };
    text.push_str(
        "| binary | MB | zipped MB | exec → `/next`, ms | × | exec → first answer, ms | × | \
         CPU of a warm invocation, µs | × | peak MB | AWS calls cold | warm |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for subject in subjects {
        let figures = subject.figures(hello);
        writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.2} | {:.1} | {} | {} |",
            subject.name,
            megabytes(subject.size),
            megabytes(subject.zipped),
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
    text.push_str(
        "\n| algorithm | bare signature, µs | handler, µs | × | with event and answer, µs | × | \
         the AWS call beside it, µs |\n|---|---|---|---|---|---|---|\n",
    );
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

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two digits are printed")]
    let bytes = bytes as f64;
    bytes / 1e6
}
