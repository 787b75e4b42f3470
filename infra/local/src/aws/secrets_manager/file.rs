//! The file of the secrets. It is replaced atomically: a crash leaves the old file or the new one,
//! never a partial one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::versions::StoredSecrets;
use crate::start_error::StartError;

/// Reads the secrets; none if there is no file.
pub(super) fn read(path: &Path) -> Result<StoredSecrets, StartError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StartError::Damaged(path.to_owned(), without_values(&error))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(StoredSecrets::new()),
        Err(error) => Err(StartError::File(path.to_owned(), error)),
    }
}

/// Writes the secrets, and returns when they are on the disk.
pub(super) fn write(path: &Path, secrets: &StoredSecrets) -> io::Result<()> {
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
    // The rename is on the disk only after the directory is synced.
    path.parent()
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// The position of the error. The message of serde is not used: it may quote a secret.
fn without_values(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}
