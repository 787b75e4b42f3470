//! The storage of a stack, and the emulators on it. [`Opened::open`] lists the emulated services.

use std::fs::DirBuilder;
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
}

impl Opened {
    pub(crate) async fn open(storage: Storage) -> Result<Self, StartError> {
        let (secrets, dynamodb) = match storage {
            Storage::Ephemeral => (SecretsManager::ephemeral(), DynamoDb::ephemeral()?),
            Storage::DynamoDb {
                endpoint,
                table_name,
            } => {
                let dynamodb = DynamoDb::remote(endpoint, &table_name)?;
                (SecretsManager::ephemeral(), dynamodb)
            }
            Storage::Directory(directory) => {
                create(&directory)?;
                // The database is first, because its lock is the lock on the directory.
                let dynamodb = DynamoDb::open(&directory.join(DATABASE))?;
                let secrets = SecretsManager::open(directory.join(SECRETS))?;
                check_for_loss(&directory, &secrets, &dynamodb).await?;
                (secrets, dynamodb)
            }
        };
        let (secrets, dynamodb) = (Arc::new(secrets), Arc::new(dynamodb));
        Ok(Self {
            // Secrets are created first: a table without secrets means that they were lost.
            services: Services::new([secrets.clone() as _, dynamodb.clone() as _]),
            secrets,
            dynamodb,
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

/// Creates the directory, accessible only to its owner.
fn create(directory: &Path) -> Result<(), StartError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| StartError::Directory(directory.to_owned(), error))
}
