//! Starts the program and talks to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

fn program(arguments: &[&str], directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.args(arguments).current_dir(directory);
    command
        .env_remove("LATCHKEY_CLIENT_ID")
        .env_remove("LATCHKEY_CLIENT_SECRET");
    remove_colour_preferences(&mut command);
    command
}

/// Removes the variables that decide on colours, as the tests may run in a terminal or in CI.
pub(crate) fn remove_colour_preferences(command: &mut Command) {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
}

/// Runs the program until it exits.
pub(crate) fn run(arguments: &[&str], directory: &Path) -> Output {
    run_with(&[], arguments, directory)
}

/// Runs the program with environment variables until it exits.
pub(crate) fn run_with(variables: &[(&str, &str)], arguments: &[&str], directory: &Path) -> Output {
    let mut command = program(arguments, directory);
    command.envs(variables.iter().copied()).output().unwrap()
}

/// The program, which cannot write a file beyond this number of blocks of 512 bytes: as on a full
/// disk, writes fail.
fn without_space(blocks: u32, arguments: &[&str], directory: &Path) -> Command {
    // An ignored SIGXFSZ stays ignored in the program, so that the write fails instead.
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command
        .args(["-c", &limited, env!("CARGO_BIN_EXE_local")])
        .args(arguments)
        .current_dir(directory);
    command
}

/// Runs the program without space on the disk until it exits.
pub(crate) fn run_without_space(blocks: u32, arguments: &[&str], directory: &Path) -> Output {
    without_space(blocks, arguments, directory)
        .output()
        .unwrap()
}

/// Asserts that the start failed: one line on standard error that contains `reason`, exit status 1.
pub(crate) fn assert_start_failed(output: &Output, reason: &str) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(reason), "{error}");
    assert!(output.stdout.is_empty());
}

/// Creates a separate directory for each test.
pub(crate) fn new_directory() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!(
        "{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// A running program. It is killed with SIGKILL when dropped.
pub(crate) struct RunningService {
    child: Child,
    output: BufReader<ChildStdout>,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) curl: String,
}

impl RunningService {
    /// Starts the program on a free port and reads its first lines.
    pub(crate) fn start(arguments: &[&str], directory: &Path) -> Self {
        Self::start_with(&[], arguments, directory)
    }

    /// Starts the program with environment variables. It listens on a free port, unless the
    /// arguments say where.
    pub(crate) fn start_with(
        variables: &[(&str, &str)],
        arguments: &[&str],
        directory: &Path,
    ) -> Self {
        let listen = ["--listen", "127.0.0.1:0"];
        let listen = listen.iter().filter(|_| !arguments.contains(&"--listen"));
        let mut command = program(arguments, directory);
        command.args(listen).envs(variables.iter().copied());
        Self::spawn(command)
    }

    /// Starts the program without space on the disk.
    pub(crate) fn start_without_space(directory: &Path) -> Self {
        Self::spawn(without_space(0, &["--listen", "127.0.0.1:0"], directory))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = |start: &str| {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            let line = line.strip_suffix('\n').unwrap_or_default();
            line.strip_prefix(start)
                .unwrap_or_else(|| panic!("{line:?}"))
                .to_owned()
        };
        Self {
            base_url: line("listening on "),
            client_id: line("client_id: "),
            client_secret: line("client_secret: "),
            curl: line("curl "),
            child,
            output,
        }
    }

    /// Waits for the first line on standard error.
    pub(crate) fn first_stderr_line(mut self) -> String {
        let mut line = String::new();
        let error = self.child.stderr.take().unwrap();
        BufReader::new(error).read_line(&mut line).unwrap();
        line
    }

    /// `127.0.0.1:3000`
    pub(crate) fn address(&self) -> &str {
        self.base_url.strip_prefix("http://").unwrap()
    }

    /// Sends a GET request. Returns the open connection and the start of the status line.
    pub(crate) fn get(&self, path: &str) -> (TcpStream, String) {
        let mut connection = TcpStream::connect(self.address()).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            connection,
            "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address()
        )
        .unwrap();
        let mut start = [0; 12];
        connection.read_exact(&mut start).unwrap();
        (connection, String::from_utf8_lossy(&start).into_owned())
    }

    /// Sends a request with these headers and this body. Returns the status and the JSON body.
    pub(crate) fn ask(&self, request: &str, headers: &str, body: &str) -> (u16, Value) {
        self.ask_host(self.address(), request, headers, body)
    }

    /// The same with another `Host`.
    pub(crate) fn ask_host(
        &self,
        host: &str,
        request: &str,
        headers: &str,
        body: &str,
    ) -> (u16, Value) {
        let mut connection = TcpStream::connect(self.address()).unwrap();
        write!(
            connection,
            "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Requests a token.
    pub(crate) fn token(&self, client_id: &str, client_secret: &str) -> (u16, Value) {
        let body = format!(
            "grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        );
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask("POST /oauth/token", headers, &body)
    }

    /// Sends a signal.
    pub(crate) fn send_signal(&self, signal: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the exit. Returns the status and the rest of the output.
    pub(crate) fn wait(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().unwrap();
        let (mut output, mut error) = (String::new(), String::new());
        self.output.read_to_string(&mut output).unwrap();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut error).unwrap();
        (status, output, error)
    }

    /// Sends a signal. Returns the exit status and the rest of the output.
    pub(crate) fn signal(self, signal: &str) -> (ExitStatus, String) {
        self.send_signal(signal);
        let (status, output, _) = self.wait();
        (status, output)
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
