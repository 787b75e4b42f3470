//! The file in which the secrets are kept. It is replaced whole: at any moment there is the old one
//! or the new one, never half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::versions::Secrets;
use crate::start_error::StartError;

/// The secrets in the file; none when there is no file.
pub(super) fn read(path: &Path) -> Result<Secrets, StartError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StartError::Damaged(path.to_owned(), without_values(&error))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Secrets::new()),
        Err(error) => Err(StartError::Directory(path.to_owned(), error)),
    }
}

/// Has the secrets on the disk when it returns.
pub(super) fn write(path: &Path, secrets: &Secrets) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(&serde_json::to_vec_pretty(secrets)?)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    // The rename itself is on the disk only when the directory is.
    path.parent()
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// serde's own words may quote what it read, and what it read here is secret.
fn without_values(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}
