//! The release binaries as processes, beside a bare Lambda.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use lambda_http::Error;

use crate::deployment::{Deployment, Invocation, Scene};
use crate::event::Call;
use crate::lambda::Lambda;
use crate::machine::Cores;
use crate::statistics::median;

const ROUNDS: usize = 7;
const STARTS: usize = 12;
const INVOCATIONS: u32 = 1_000;

/// One binary, and what was measured of it.
pub(crate) struct Subject {
    pub(crate) name: String,
    binary: PathBuf,
    scene: Scene,
    rounds: Vec<Round>,
    pub(crate) calls: Calls,
    /// CPU time from exec to the first answer.
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

/// Medians of all rounds, and those of the ratios to the bare Lambda in the same round.
pub(crate) struct Figures {
    pub(crate) ready: (f64, f64),
    pub(crate) first_answer: (f64, f64),
    pub(crate) cpu: (f64, f64),
    pub(crate) memory: f64,
}

/// The bare Lambda.
pub(crate) fn hello(binaries: &Path) -> Result<Subject, Error> {
    let anything = Invocation {
        event: Call::for_token("anybody", "anything").event(),
        answers: Vec::new(),
    };
    let scene = Scene {
        function: "hello",
        variables: Vec::new(),
        cold: anything.clone(),
        warm: anything,
    };
    Subject::new("hello".to_owned(), binaries, scene)
}

/// The token function with two algorithms, and the others.
pub(crate) async fn functions(binaries: &Path) -> Result<Vec<Subject>, Error> {
    let mut subjects = Vec::new();
    let es256 = Deployment::new("ES256").await?;
    let rs256 = Deployment::new("RS256").await?.token_scene().await?;
    for scene in es256.scenes().await? {
        let is_token = scene.function == "token";
        let name = if is_token {
            "token, ES256"
        } else {
            scene.function
        };
        subjects.push(Subject::new(name.to_owned(), binaries, scene)?);
        if is_token {
            let name = "token, RS256".to_owned();
            subjects.push(Subject::new(name, binaries, rs256.clone())?);
        }
    }
    Ok(subjects)
}

/// Measures all of them in turn, several times.
pub(crate) async fn measure(subjects: &mut [Subject], cores: Cores) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        for subject in &mut *subjects {
            subject.measure(cores).await?;
        }
    }
    Ok(())
}

impl Subject {
    fn new(name: String, binaries: &Path, scene: Scene) -> Result<Self, Error> {
        let binary = find(binaries, scene.function)?;
        Ok(Self {
            name,
            binary,
            scene,
            rounds: Vec::new(),
            calls: Calls::default(),
            start_cpu: Duration::ZERO,
        })
    }

    /// The function that the binary is of.
    pub(crate) fn function(&self) -> &'static str {
        self.scene.function
    }

    /// Has one instance answer twice: what it calls, and what its start costs.
    pub(crate) async fn count(&mut self, cores: Cores) -> Result<(), Error> {
        let mut instance = self.start(cores).await?;
        instance.invoke(&self.scene.cold).await?;
        let cold = instance.calls();
        self.start_cpu = instance.cpu()?;
        instance.invoke(&self.scene.warm).await?;
        let warm = instance.calls();
        self.calls = Calls { cold, warm };
        instance.end().await
    }

    async fn measure(&mut self, cores: Cores) -> Result<(), Error> {
        let (mut ready, mut first_answer) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let mut instance = self.start(cores).await?;
            ready.push(microseconds(instance.ready_after));
            first_answer.push(microseconds(instance.invoke(&self.scene.cold).await?));
            instance.end().await?;
        }
        let mut instance = self.start(cores).await?;
        instance.invoke(&self.scene.cold).await?;
        let before = instance.cpu()?;
        for _ in 0..INVOCATIONS {
            instance.invoke(&self.scene.warm).await?;
        }
        let cpu = microseconds(instance.cpu()? - before) / f64::from(INVOCATIONS);
        #[expect(clippy::cast_precision_loss, reason = "megabytes")]
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
        let started = Lambda::start(&self.binary, &self.scene.variables, cores).await;
        started.map_err(|error| format!("{}: {error}", self.name).into())
    }

    /// What was measured, beside what was measured of the bare Lambda.
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

/// A function's binary as Cargo, `cargo lambda build` and `sam build` lay it down.
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

/// The processor that a binary is for, as [`std::env::consts::ARCH`] calls it.
pub(crate) fn runs_on(binary: &Path) -> Result<&'static str, Error> {
    let mut header = [0; 20];
    File::open(binary)?.read_exact(&mut header)?;
    // ELF's `e_machine`.
    match header {
        [0x7f, b'E', b'L', b'F', .., 183, 0] => Ok("aarch64"),
        [0x7f, b'E', b'L', b'F', .., 62, 0] => Ok("x86_64"),
        _ => Err(format!("{} is for another machine", binary.display()).into()),
    }
}

/// How many bytes a binary has when it is packed for Lambda.
pub(crate) fn zipped(binary: &Path) -> Result<u64, Error> {
    // A zip file's deflate is gzip's; what is around it are some hundred bytes.
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
