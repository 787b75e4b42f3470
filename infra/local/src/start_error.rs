//! Why the stack did not start, in one line each.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The stack did not start. Its `Display` is one line for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address to listen on is taken or not this machine's.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The data directory, or a file in it, cannot be made, read or written.
    #[error("cannot use the data directory {}: {}", .0.display(), .1)]
    Directory(PathBuf, io::Error),
    /// Another process works on the data directory.
    #[error("the data directory {} is in use by another process", .0.display())]
    DirectoryInUse(PathBuf),
    /// A file in the data directory is not what was written there.
    #[error("{} is damaged ({}); restore it, or delete the data directory to start with an empty one", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// `template.yaml` holds something that is not understood here.
    #[error("template.yaml: {0}")]
    Template(String),
    /// A parameter of the template was set that it does not declare, or to a value that it does not
    /// allow.
    #[error("template.yaml: parameter {0}: {1}")]
    Parameter(String, String),
    /// The value of a function's variable is an expression that is not understood here.
    #[error("template.yaml: function {0}: variable {1}: {2}")]
    Variable(String, String, String),
    /// A function has routes, but no code that is known here.
    #[error("template.yaml: function {0} has no implementation")]
    UnknownFunction(String),
    /// A function did not accept its environment.
    #[error("the function {0} failed to start: {1}")]
    Function(String, String),
    /// An emulated AWS service did not do what starting needs.
    #[error("{0} failed: {1}")]
    Service(&'static str, String),
    /// The bootstrap function failed.
    #[error("the bootstrap function failed: {0}")]
    Bootstrap(String),
    /// A secret was not rotated.
    #[error("rotation of {0} failed: {1}")]
    Rotation(String, String),
    /// The bootstrap function left no credentials.
    #[error("the bootstrap function stored no credentials for the first App Client")]
    NoCredentials,
}
