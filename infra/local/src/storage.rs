//! Where the data of a stack lies, and the emulators that keep it there. A new AWS service is one
//! more row of [`Opened::open`].

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::aws::{DynamoDb, SecretsManager, Services};
use crate::start_error::StartError;

const DATABASE: &str = "dynamodb.sqlite";
const SECRETS: &str = "secrets.json";

/// Where the data of a stack lies.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In memory.
    Ephemeral,
    /// In a directory that belongs to one process at a time; made when it is not there.
    Directory(PathBuf),
    /// The table in a DynamoDB at `endpoint`, such as `http://127.0.0.1:8000`, the rest in memory.
    DynamoDb {
        /// A URL with the scheme `http`.
        endpoint: String,
        /// The table's name; it is made when it is not there.
        table_name: String,
    },
}

/// The emulators over a storage.
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
                let lock = own(&directory)?;
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
            // The secrets first: a table without them means that they were lost.
            services: Services::new([secrets.clone() as _, dynamodb.clone() as _]),
            secrets,
            dynamodb,
            lock: directory.map(|(_, lock)| lock),
        })
    }
}

/// A new table or new secrets in the place of lost ones would only hide the loss.
async fn check_for_loss(
    directory: &Path,
    secrets: &SecretsManager,
    dynamodb: &DynamoDb,
) -> Result<(), StartError> {
    let table = dynamodb.table_name();
    let has_table = dynamodb.has_table(table).await?;
    if !has_table && secrets.hold_a_value() {
        let reason = format!("the table {table} is missing");
        return Err(StartError::Damaged(directory.join(DATABASE), reason));
    }
    if has_table && secrets.are_none() {
        let reason = "the secrets are missing".to_owned();
        return Err(StartError::Damaged(directory.join(SECRETS), reason));
    }
    Ok(())
}

/// Makes the directory, for its owner alone, and takes the lock that says who works in it.
fn own(directory: &Path) -> Result<File, StartError> {
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
