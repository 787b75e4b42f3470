//! Measures the release binaries as processes, compared with the minimal function `hello`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use lambda_http::Error;

use crate::deployment::{Deployment, Invocation, Scenario};
use crate::event::RequestEvent;
use crate::lambda::Lambda;
use crate::machine::Cores;
use crate::statistics::median;

const ROUNDS: usize = 7;
const STARTS: usize = 12;
const INVOCATIONS: u32 = 1_000;

/// One binary, and its measurements.
pub(crate) struct Subject {
    pub(crate) name: String,
    binary: PathBuf,
    scenario: Scenario,
    rounds: Vec<Round>,
    pub(crate) calls: Calls,
    /// The CPU time from exec to the first response.
    pub(crate) start_cpu: Duration,
}

/// AWS calls of a first invocation and of a later one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) cold: Vec<String>,
    pub(crate) warm: Vec<String>,
}

/// Medians of one round; times in µs, memory in bytes.
struct Round {
    ready: f64,
    first_answer: f64,
    cpu: f64,
    memory: f64,
}

/// Medians of all rounds, with the median ratio to `hello` in the same round.
pub(crate) struct Figures {
    pub(crate) ready: (f64, f64),
    pub(crate) first_answer: (f64, f64),
    pub(crate) cpu: (f64, f64),
    pub(crate) memory: f64,
}

/// The minimal function `hello`.
pub(crate) fn hello(binaries: &Path) -> Result<Subject, Error> {
    let invocation = Invocation {
        event: RequestEvent::for_token("any-id", "any-secret").event(),
        responses: Vec::new(),
    };
    let scenario = Scenario {
        function: "hello",
        variables: Vec::new(),
        cold: invocation.clone(),
        warm: invocation,
    };
    Subject::new("hello".to_owned(), binaries, scenario)
}

/// The token function with two algorithms, and the other functions with a route.
pub(crate) async fn functions(binaries: &Path) -> Result<Vec<Subject>, Error> {
    let mut subjects = Vec::new();
    let es256 = Deployment::new("ES256").await?;
    let rs256 = Deployment::new("RS256").await?.token_scenario().await?;
    for scenario in es256.scenarios().await? {
        let is_token = scenario.function == "token";
        let name = if is_token {
            "token, ES256"
        } else {
            scenario.function
        };
        subjects.push(Subject::new(name.to_owned(), binaries, scenario)?);
        if is_token {
            let name = "token, RS256".to_owned();
            subjects.push(Subject::new(name, binaries, rs256.clone())?);
        }
    }
    Ok(subjects)
}

/// Measures all subjects in turn, in several rounds.
pub(crate) async fn measure(subjects: &mut [Subject], cores: Cores) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        for subject in &mut *subjects {
            subject.measure(cores).await?;
        }
    }
    Ok(())
}

impl Subject {
    fn new(name: String, binaries: &Path, scenario: Scenario) -> Result<Self, Error> {
        let binary = find(binaries, scenario.function)?;
        Ok(Self {
            name,
            binary,
            scenario,
            rounds: Vec::new(),
            calls: Calls::default(),
            start_cpu: Duration::ZERO,
        })
    }

    /// The name of the function.
    pub(crate) fn function(&self) -> &'static str {
        self.scenario.function
    }

    /// Records the AWS calls of a cold and a warm invocation, and the CPU time of the start.
    pub(crate) async fn count(&mut self, cores: Cores) -> Result<(), Error> {
        let mut instance = self.start(cores).await?;
        instance.invoke(&self.scenario.cold).await?;
        let cold = instance.calls();
        self.start_cpu = instance.cpu()?;
        instance.invoke(&self.scenario.warm).await?;
        let warm = instance.calls();
        self.calls = Calls { cold, warm };
        instance.end().await
    }

    async fn measure(&mut self, cores: Cores) -> Result<(), Error> {
        let (mut ready, mut first_answer) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let mut instance = self.start(cores).await?;
            ready.push(microseconds(instance.ready_after));
            first_answer.push(microseconds(instance.invoke(&self.scenario.cold).await?));
            instance.end().await?;
        }
        let mut instance = self.start(cores).await?;
        instance.invoke(&self.scenario.cold).await?;
        let before = instance.cpu()?;
        for _ in 0..INVOCATIONS {
            instance.invoke(&self.scenario.warm).await?;
        }
        let cpu = microseconds(instance.cpu()? - before) / f64::from(INVOCATIONS);
        #[expect(
            clippy::cast_precision_loss,
            reason = "some megabytes are exact in an f64"
        )]
        let memory = instance.peak_memory()? as f64;
        instance.end().await?;
        self.rounds.push(Round {
            ready: median(ready),
            first_answer: median(first_answer),
            cpu,
            memory,
        });
        Ok(())
    }

    async fn start(&self, cores: Cores) -> Result<Lambda, Error> {
        let started = Lambda::start(&self.binary, &self.scenario.variables, cores).await;
        started.map_err(|error| format!("{}: {error}", self.name).into())
    }

    /// The measurements, compared with those of `hello`.
    pub(crate) fn figures(&self, hello: &Self) -> Figures {
        let both = |of: fn(&Round) -> f64| {
            let ratios = self.rounds.iter().zip(&hello.rounds);
            let ratios = ratios.map(|(round, hello)| of(round) / of(hello));
            (self.median(of), median(ratios.collect()))
        };
        Figures {
            ready: both(|round| round.ready),
            first_answer: both(|round| round.first_answer),
            cpu: both(|round| round.cpu),
            memory: self.median(|round| round.memory),
        }
    }

    fn median(&self, of: fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }
}

/// Finds a function's binary in the output of Cargo, `cargo lambda build` or `sam build`.
pub(crate) fn find(directory: &Path, function: &str) -> Result<PathBuf, Error> {
    let words = function.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    let logical_id = words.collect::<String>() + "Function";
    let candidates = [
        directory.join(function),
        directory.join(function).join("bootstrap"),
        directory.join(logical_id).join("bootstrap"),
    ];
    let found = candidates.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| format!("{} has no {function}", directory.display()).into())
}

/// The architecture of a binary, named as in [`std::env::consts::ARCH`].
pub(crate) fn runs_on(binary: &Path) -> Result<&'static str, Error> {
    let mut header = [0; 20];
    File::open(binary)?.read_exact(&mut header)?;
    // ELF's `e_machine`.
    match header {
        [0x7f, b'E', b'L', b'F', .., 183, 0] => Ok("aarch64"),
        [0x7f, b'E', b'L', b'F', .., 62, 0] => Ok("x86_64"),
        _ => Err(format!("{} is for an unknown architecture", binary.display()).into()),
    }
}

/// The size of a binary in a zip file for Lambda, in bytes.
pub(crate) fn zipped(binary: &Path) -> Result<u64, Error> {
    // Zip and gzip both use deflate; the rest of the file is some hundred bytes.
    let gzip = Command::new("gzip")
        .arg("--stdout")
        .arg(binary)
        .stderr(Stdio::inherit())
        .output()?;
    if !gzip.status.success() {
        return Err("gzip failed".into());
    }
    Ok(u64::try_from(gzip.stdout.len())?)
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
