//! The errors of starting the local stack.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The stack did not start. Its `Display` is one line for the user.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address to listen on is in use, or does not belong to this machine.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The data directory cannot be created.
    #[error("cannot use the data directory {}: {}", .0.display(), .1)]
    Directory(PathBuf, io::Error),
    /// A file in the data directory cannot be created, read or written. Its content may be sound.
    #[error("cannot use {}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// Another process uses the data directory.
    #[error("the data directory {} is in use by another process", .0.display())]
    DirectoryInUse(PathBuf),
    /// A file in the data directory is missing or damaged.
    #[error("{} is damaged ({}); restore it from a copy, or move the data directory away to start with an empty one", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// `template.yaml` contains something that the local stack does not support.
    #[error("template.yaml: {0}")]
    Template(String),
    /// A template parameter is not declared, has no value, or has a value that is not allowed.
    #[error("template.yaml: parameter {0}: {1}")]
    Parameter(String, String),
    /// The value of a function's variable is an unsupported expression.
    #[error("template.yaml: function {0}: variable {1}: {2}")]
    Variable(String, String, String),
    /// A function of the template has no implementation.
    #[error("template.yaml: function {0} has no implementation")]
    UnknownFunction(String),
    /// A function rejected its environment.
    #[error("the function {0} failed to start: {1}")]
    Function(String, String),
    /// A call to an emulated AWS service failed.
    #[error("{0} failed: {1}")]
    Service(&'static str, String),
    /// The bootstrap function failed.
    #[error("the bootstrap function failed: {0}")]
    Bootstrap(String),
    /// The rotation of a secret failed.
    #[error("rotation of {0} failed: {1}")]
    Rotation(String, String),
    /// The data directory has other credentials of the first App Client than the chosen ones.
    #[error(
        "the data directory already has another first App Client or secret (client_id {0}); \
         unset LATCHKEY_CLIENT_ID and LATCHKEY_CLIENT_SECRET to use it, or select another directory with --data-dir"
    )]
    OtherCredentials(String),
    /// The bootstrap function stored no credentials.
    #[error("the bootstrap function stored no credentials for the first App Client")]
    NoCredentials,
}
