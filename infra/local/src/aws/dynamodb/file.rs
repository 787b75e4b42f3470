//! The database file: made for its owner alone, and looked over before it is used.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use dynoxide::Database;
use rusqlite::Connection;

use crate::start_error::StartError;

/// Opens the database, making it when it is not there.
///
/// # Errors
/// [`StartError::Damaged`] when SQLite finds the file other than it left it,
/// [`StartError::Directory`] when it cannot be made.
pub(super) fn open(path: &Path) -> Result<Database, StartError> {
    // SQLite gives the files beside it the same mode.
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| StartError::Directory(path.to_owned(), error))?;
    let damaged = |reason: String| StartError::Damaged(path.to_owned(), reason);
    look_over(path).map_err(damaged)?;
    Database::new(&path.to_string_lossy()).map_err(|error| damaged(error.to_string()))
}

/// Reads every page: the data of one machine is small, and a damaged page that is found only when
/// a request comes for it is found too late.
fn look_over(path: &Path) -> Result<(), String> {
    let connection = Connection::open(path).map_err(|error| error.to_string())?;
    let outcome: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| error.to_string())?;
    if outcome == "ok" {
        Ok(())
    } else {
        Err(outcome.replace('\n', " "))
    }
}
