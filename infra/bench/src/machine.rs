//! Cores, clocks, and the operating system's figures for a process.

use std::fs;
use std::time::{Duration, Instant};

use lambda_http::Error;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// The core of the measured function, and the core of everything else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    pub(crate) function: usize,
    pub(crate) server: usize,
}

impl Cores {
    /// The last and the first core that this process may use.
    pub(crate) fn of_this_process() -> Result<Self, Error> {
        let set = sched_getaffinity(None)?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core));
        let server = cores.next().ok_or("there is no core")?;
        let function = cores.next_back().unwrap_or(server);
        Ok(Self { function, server })
    }
}

/// Pins this thread to a core, and the processes that it starts afterwards.
pub(crate) fn run_on(core: usize) -> Result<(), Error> {
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// The monotonic clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark measures real time"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The CPU time of this thread so far.
pub(crate) fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let nanoseconds = time.tv_sec * 1_000_000_000 + time.tv_nsec;
    Duration::from_nanos(nanoseconds.unsigned_abs())
}

/// The CPU time of all threads of a process so far.
pub(crate) fn cpu(process: u32) -> Result<Duration, Error> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let schedstat = fs::read_to_string(thread?.path().join("schedstat"))?;
        let on_cpu = schedstat.split(' ').next().unwrap_or_default();
        nanoseconds += on_cpu.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The peak resident memory of a process, in bytes.
pub(crate) fn peak_memory(process: u32) -> Result<u64, Error> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    let kibibytes: u64 = kibibytes
        .ok_or("the kernel does not report the peak memory")?
        .parse()?;
    Ok(kibibytes * 1_024)
}

/// A description of this machine.
pub(crate) fn description() -> Result<String, Error> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown CPU", |model| {
        model.trim_start_matches(['\t', ' ', ':'])
    });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores, {model}, Linux {}", kernel.trim()))
}
