//! What the program prints at the start.

use std::io::{self, Write as _};

use local::Storage;

use crate::credentials::Credentials;

/// Prints the lines that scripts rely on, to standard output.
pub(crate) fn announce(base_url: &str, credentials: &Credentials) -> io::Result<()> {
    let Credentials {
        client_id,
        client_secret,
    } = credentials;
    let mut output = io::stdout().lock();
    writeln!(output, "listening on {base_url}")?;
    writeln!(output, "client_id: {client_id}")?;
    writeln!(output, "client_secret: {client_secret}")?;
    writeln!(
        output,
        "curl -s {base_url}/oauth/token -d grant_type=client_credentials \
         -d client_id={client_id} -d client_secret={client_secret}"
    )?;
    output.flush()
}

/// What a new user wants to know besides, without secrets.
pub(crate) struct StartScreen<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) storage: &'a Storage,
}

impl StartScreen<'_> {
    /// Prints the screen to standard error, above the log.
    pub(crate) fn write(&self) -> io::Result<()> {
        write!(io::stderr().lock(), "{}", self.text())
    }

    fn text(&self) -> String {
        let Self {
            base_url,
            issuer,
            audience,
            ..
        } = self;
        let version = env!("CARGO_PKG_VERSION");
        let data = self.data();
        format!(
            "\n\
             Latchkey {version}\n\
             \n\
             \x20 Console        {base_url}/\n\
             \x20 API reference  {base_url}/docs\n\
             \x20 Issuer         {issuer}\n\
             \x20 Audience       {audience}\n\
             \x20 Data           {data}\n\
             \x20 Stop           Ctrl-C\n\
             \n"
        )
    }

    fn data(&self) -> String {
        let Storage::Directory(directory) = self.storage else {
            return "in memory, lost at the end".to_owned();
        };
        let absolute = std::path::absolute(directory);
        let path = absolute.as_ref().unwrap_or(directory).display().to_string();
        path.replace(char::is_control, "?")
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn text(storage: &Storage) -> String {
        StartScreen {
            base_url: "http://127.0.0.1:3000",
            issuer: "http://latchkey:3000",
            audience: "https://api.example.com",
            storage,
        }
        .text()
    }

    #[test]
    fn the_screen_is_aligned() {
        let expected = format!(
            "
Latchkey {}

  Console        http://127.0.0.1:3000/
  API reference  http://127.0.0.1:3000/docs
  Issuer         http://latchkey:3000
  Audience       https://api.example.com
  Data           /srv/latchkey
  Stop           Ctrl-C

",
            env!("CARGO_PKG_VERSION")
        );
        let directory = Storage::Directory(PathBuf::from("/srv/latchkey"));
        assert_eq!(text(&directory), expected);
        let in_memory = text(&Storage::Ephemeral);
        assert!(
            in_memory.contains("\n  Data           in memory"),
            "{in_memory}"
        );
    }

    #[test]
    fn the_screen_has_the_absolute_path_without_control_characters() {
        let shown = text(&Storage::Directory(PathBuf::from("a\u{1b}[31m\n")));
        let here = std::env::current_dir().unwrap();
        let line = format!("\n  Data           {}/a?[31m?\n", here.display());
        assert!(shown.contains(&line), "{shown}");
    }
}
