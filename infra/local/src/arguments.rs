//! What `cargo run -- …` can be told.

use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs as _};

use local::Storage;

pub(crate) const HELP: &str = "\
Run Latchkey locally. API Gateway, DynamoDB and Secrets Manager run in the same process.

Usage: cargo run -- [OPTIONS]

Options:
  --listen ADDR:PORT  Address to listen on (default: 127.0.0.1:3000); port 0 picks a free port
  --data-dir DIR      Directory for the data (default: .latchkey)
  --ephemeral         Keep the data in memory only
  -h, --help          Show this help
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Serve(Arguments),
    Help,
}

/// How to serve.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) listen: SocketAddr,
    pub(crate) storage: Storage,
}

/// Reads the arguments that follow the program's name.
///
/// # Errors
/// What is wrong with them, in words.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 3000));
    let mut directory: Option<OsString> = None;
    let mut ephemeral = false;
    let mut arguments = arguments.flat_map(split_at_equals_sign);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next().filter(|value| !value.is_empty());
            value.ok_or(format!("{} requires a value", argument.display()))
        };
        match argument.to_str() {
            Some("--listen") => listen = address(&value()?)?,
            Some("--data-dir") => directory = Some(value()?),
            Some("--ephemeral") => ephemeral = true,
            Some("--help" | "-h") => return Ok(Command::Help),
            _ => return Err(format!("unknown argument {argument:?}")),
        }
    }
    let storage = match (ephemeral, directory) {
        (true, Some(_)) => return Err("--ephemeral cannot be combined with --data-dir".into()),
        (true, None) => Storage::Ephemeral,
        (false, directory) => {
            Storage::Directory(directory.unwrap_or_else(|| ".latchkey".into()).into())
        }
    };
    Ok(Command::Serve(Arguments { listen, storage }))
}

/// `--listen=X` is `--listen X`.
fn split_at_equals_sign(argument: OsString) -> Vec<OsString> {
    match argument.to_str().and_then(|text| text.split_once('=')) {
        Some((name, value)) if name.starts_with("--") => vec![name.into(), value.into()],
        _ => vec![argument],
    }
}

fn address(value: &OsString) -> Result<SocketAddr, String> {
    value
        .to_str()
        .and_then(|text| text.to_socket_addrs().ok()?.next())
        .ok_or_else(|| format!("{value:?} is not a valid ADDR:PORT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Arguments, String> {
        match parse(arguments.iter().map(OsString::from))? {
            Command::Serve(arguments) => Ok(arguments),
            Command::Help => Err("help".into()),
        }
    }

    #[test]
    fn without_arguments_it_keeps_its_data_and_listens_on_port_3000() {
        let arguments = parsed(&[]).unwrap();
        assert_eq!(arguments.listen.to_string(), "127.0.0.1:3000");
        assert!(
            matches!(arguments.storage, Storage::Directory(path) if path.ends_with(".latchkey"))
        );
    }

    #[test]
    fn a_value_follows_after_a_space_or_an_equals_sign() {
        for arguments in [
            &["--listen", "[::1]:0", "--ephemeral"][..],
            &["--ephemeral", "--listen=[::1]:0"],
        ] {
            let arguments = parsed(arguments).unwrap();
            assert_eq!(arguments.listen.to_string(), "[::1]:0");
            assert!(matches!(arguments.storage, Storage::Ephemeral));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for arguments in [
            &["--other"][..],
            &["listen"],
            &["--listen"],
            &["--listen", "3000"],
            &["--data-dir="],
            &["--ephemeral", "--data-dir", "x"],
        ] {
            assert!(parsed(arguments).is_err(), "{arguments:?}");
        }
    }
}
