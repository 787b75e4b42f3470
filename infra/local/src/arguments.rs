//! The command line of the local service.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use clap::Parser;
use local::Storage;

/// Run Latchkey locally. API Gateway, DynamoDB and Secrets Manager run in the same process.
#[derive(Debug, Parser)]
#[command(name = "local", bin_name = "cargo run --", version)]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:3000", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// Directory for the data
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".latchkey",
        conflicts_with = "ephemeral"
    )]
    data_dir: PathBuf,
    /// Keep the data in memory only
    #[arg(long)]
    ephemeral: bool,
}

impl Arguments {
    /// The storage that the arguments select.
    pub(crate) fn storage(&self) -> Storage {
        if self.ephemeral {
            Storage::Ephemeral
        } else {
            Storage::Directory(self.data_dir.clone())
        }
    }
}

/// Parses an address, or resolves a name such as `localhost:3000`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let mut addresses = text.to_socket_addrs().map_err(|error| error.to_string())?;
    addresses.next().ok_or("the name has no address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from([&["local"], arguments].concat())
    }

    #[test]
    fn the_defaults_are_port_3000_and_a_data_directory() {
        let arguments = parsed(&[]).unwrap();
        assert_eq!(arguments.listen.to_string(), "127.0.0.1:3000");
        assert!(
            matches!(arguments.storage(), Storage::Directory(path) if path.ends_with(".latchkey"))
        );
    }

    #[test]
    fn a_value_follows_a_space_or_an_equals_sign() {
        for arguments in [
            &["--listen", "[::1]:0", "--ephemeral"][..],
            &["--ephemeral", "--listen=[::1]:0"],
        ] {
            let arguments = parsed(arguments).unwrap();
            assert_eq!(arguments.listen.to_string(), "[::1]:0");
            assert!(matches!(arguments.storage(), Storage::Ephemeral));
        }
    }

    #[test]
    fn invalid_arguments_are_rejected() {
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
