//! The database file: accessible only to its owner, locked by one process, and checked before use.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use dynoxide::{Database, DynoxideError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, ErrorCode};

use crate::start_error::StartError;

/// What a path in SQLite's URI keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

/// Opens the database, or creates it if it is missing. No other process can open it until this one
/// closes it or ends.
///
/// # Errors
/// [`StartError::Damaged`] if SQLite finds the file corrupt, [`StartError::DirectoryInUse`] if
/// another process has it open, [`StartError::File`] if it cannot be used for any other reason.
pub(super) fn open(path: &Path) -> Result<Database, StartError> {
    create(path)?;
    let uri = uri(path).map_err(|error| StartError::File(path.to_owned(), error))?;
    // This connection holds the lock until the database holds it.
    let _checked = check_integrity(path, &uri)?;
    Database::new(&uri).map_err(|error| match error {
        DynoxideError::SqliteError(error) => failure(path, &error),
        other => StartError::File(path.to_owned(), io::Error::other(other.to_string())),
    })
}

/// Creates an empty file. A file that exists is not opened: to close it again would end the locks
/// that this process has on it (POSIX, `fcntl`).
fn create(path: &Path) -> Result<(), StartError> {
    // SQLite creates its auxiliary files with the same mode.
    let created = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path);
    match created {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(StartError::File(path.to_owned(), error))
        }
        _ => Ok(()),
    }
}

/// The file for SQLite, with the VFS `unix-excl`: the first lock on the file is for the process, and
/// lasts until its last connection closes. The lock is on the file itself, so it does not depend on
/// the names in the directory.
fn uri(path: &Path) -> io::Result<String> {
    let path = std::path::absolute(path)?;
    let path = percent_encode(path.as_os_str().as_bytes(), PATH);
    Ok(format!("file://{path}?vfs=unix-excl"))
}

/// Reads every page. Local data is small, and otherwise a damaged page would fail a later request.
fn check_integrity(path: &Path, uri: &str) -> Result<Connection, StartError> {
    let failed = |error| failure(path, &error);
    let connection = Connection::open(uri).map_err(failed)?;
    connection.busy_timeout(Duration::ZERO).map_err(failed)?;
    let outcome: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if outcome == "ok" {
        Ok(connection)
    } else {
        let reason = outcome.replace('\n', " ");
        Err(StartError::Damaged(path.to_owned(), reason))
    }
}

/// The cause of an error of SQLite. Only two codes mean that the file is damaged.
fn failure(path: &Path, error: &rusqlite::Error) -> StartError {
    let unusable = |reason| StartError::File(path.to_owned(), reason);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StartError::Damaged(path.to_owned(), error.to_string())
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StartError::DirectoryInUse(path.parent().unwrap_or(path).to_owned())
        }
        // SQLite does not say why, but the operating system does.
        Some(ErrorCode::CannotOpen) => {
            let opened = OpenOptions::new().read(true).write(true).open(path);
            unusable(
                opened
                    .err()
                    .unwrap_or_else(|| io::Error::other(error.to_string())),
            )
        }
        _ => unusable(io::Error::other(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn failure_of(code: i32) -> StartError {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        failure(Path::new("data/file"), &error)
    }

    #[test]
    fn only_a_corrupt_file_or_another_format_is_damage() {
        for code in [
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_CORRUPT_INDEX,
            ffi::SQLITE_NOTADB,
        ] {
            assert!(
                matches!(failure_of(code), StartError::Damaged(..)),
                "{code}"
            );
        }
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_PERM,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DIRECTORY,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_PROTOCOL,
        ] {
            assert!(matches!(failure_of(code), StartError::File(..)), "{code}");
        }
    }

    #[test]
    fn a_full_disk_is_named() {
        let error = failure_of(ffi::SQLITE_FULL).to_string();
        assert!(error.starts_with("cannot use data/file: "), "{error}");
        assert!(error.contains("full"), "{error}");
    }

    #[test]
    fn a_locked_file_means_that_the_directory_is_in_use() {
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED] {
            let error = failure_of(code);
            assert!(matches!(error, StartError::DirectoryInUse(path) if path.ends_with("data")));
        }
    }

    #[test]
    fn a_path_with_special_characters_is_escaped() {
        let uri = uri(Path::new("/a b/100%?#/é")).unwrap();
        assert_eq!(uri, "file:///a%20b/100%25%3F%23/%C3%A9?vfs=unix-excl");
    }
}
