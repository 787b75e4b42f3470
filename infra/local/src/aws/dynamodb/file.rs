//! The database file: accessible only to its owner, and checked before use.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use dynoxide::Database;
use rusqlite::Connection;

use crate::start_error::StartError;

/// Opens the database, or creates it if it is missing.
///
/// # Errors
/// [`StartError::Damaged`] if SQLite finds the file corrupt, [`StartError::Directory`] if it cannot
/// be opened or created.
pub(super) fn open(path: &Path) -> Result<Database, StartError> {
    // SQLite creates its auxiliary files with the same mode.
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| StartError::Directory(path.to_owned(), error))?;
    let damaged = |reason: String| StartError::Damaged(path.to_owned(), reason);
    check_integrity(path).map_err(damaged)?;
    Database::new(&path.to_string_lossy()).map_err(|error| damaged(error.to_string()))
}

/// Reads every page. Local data is small, and otherwise a damaged page would fail a later request.
fn check_integrity(path: &Path) -> Result<(), String> {
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
