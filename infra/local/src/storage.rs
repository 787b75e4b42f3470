//! The storage of a stack, and the emulators on it. [`Opened::open`] lists the emulated services.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::aws::{DynamoDb, SecretsManager, Services};
use crate::start_error::StartError;

const DATABASE: &str = "dynamodb.sqlite";
const SECRETS: &str = "secrets.json";

/// Where a stack stores its data.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In memory.
    Ephemeral,
    /// In a directory, which only one process can use at a time. It is created if it is missing.
    Directory(PathBuf),
    /// The table in a separate DynamoDB, everything else in memory.
    DynamoDb {
        /// The endpoint, an `http` URL such as `http://127.0.0.1:8000`.
        endpoint: String,
        /// The table's name; the table is created if it is missing.
        table_name: String,
    },
}

/// The emulators on an opened storage.
pub(crate) struct Opened {
    pub(crate) services: Services,
    pub(crate) secrets: Arc<SecretsManager>,
    pub(crate) dynamodb: Arc<DynamoDb>,
    /// The lock on the data directory.
    pub(crate) lock: Option<File>,
}

impl Opened {
    pub(crate) async fn open(storage: Storage) -> Result<Self, StartError> {
        let (secrets, dynamodb, directory) = match storage {
            Storage::Ephemeral => (SecretsManager::ephemeral(), DynamoDb::ephemeral()?, None),
            Storage::DynamoDb {
                endpoint,
                table_name,
            } => {
                let dynamodb = DynamoDb::remote(endpoint, &table_name)?;
                (SecretsManager::ephemeral(), dynamodb, None)
            }
            Storage::Directory(directory) => {
                let lock = create_and_lock(&directory)?;
                let secrets = SecretsManager::open(directory.join(SECRETS))?;
                let dynamodb = DynamoDb::open(&directory.join(DATABASE))?;
                (secrets, dynamodb, Some((directory, lock)))
            }
        };
        if let Some((directory, _)) = &directory {
            check_for_loss(directory, &secrets, &dynamodb).await?;
        }
        let (secrets, dynamodb) = (Arc::new(secrets), Arc::new(dynamodb));
        Ok(Self {
            // Secrets are created first: a table without secrets means that they were lost.
            services: Services::new([secrets.clone() as _, dynamodb.clone() as _]),
            secrets,
            dynamodb,
            lock: directory.map(|(_, lock)| lock),
        })
    }
}

/// Rejects a directory that has lost its table or its secrets. Creating them anew would hide the
/// loss.
async fn check_for_loss(
    directory: &Path,
    secrets: &SecretsManager,
    dynamodb: &DynamoDb,
) -> Result<(), StartError> {
    let table = dynamodb.table_name();
    let has_table = dynamodb.has_table(table).await?;
    if !has_table && secrets.has_values() {
        let reason = format!("the table {table} is missing");
        return Err(StartError::Damaged(directory.join(DATABASE), reason));
    }
    if has_table && secrets.is_empty() {
        let reason = "the secrets are missing".to_owned();
        return Err(StartError::Damaged(directory.join(SECRETS), reason));
    }
    Ok(())
}

/// Creates the directory, accessible only to its owner, and locks it for this process.
fn create_and_lock(directory: &Path) -> Result<File, StartError> {
    let unusable = |error: io::Error| StartError::Directory(directory.to_owned(), error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(unusable)?;
    let lock = File::create(directory.join("lock")).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::DirectoryInUse(directory.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}
