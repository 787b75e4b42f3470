//! What deploying the template makes: tables and secrets, kept or forgotten.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dynoxide::Database;
use serde_json::{Value as Json, json};

use crate::aws::{DynamoDb, Names, Services};
use crate::dynamodb::{self, Remote};
use crate::instance::{Instance, Options};
use crate::secrets_manager::SecretsManager;
use crate::start_error::StartError;
use crate::template::Template;

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

/// The storage of a stack, and the template that it was made from.
#[derive(Debug)]
pub struct Stack {
    template: Template,
    services: Services,
    table_name: String,
    names: Arc<Names>,
    /// Held for as long as the stack is: the lock on the data directory.
    _lock: Option<File>,
}

impl Stack {
    /// The name of the secret that holds the signing keys.
    pub const SIGNING_KEYS: &str = "latchkey/signing-keys";
    /// The name of the secret that holds the first App Client's credentials, as JSON with
    /// `client_id` and `client_secret`.
    pub const BOOTSTRAP_CREDENTIALS: &str = "latchkey/bootstrap-credentials";

    /// Opens the storage, and makes the table and the secrets of the template when they are not
    /// there.
    ///
    /// # Errors
    /// [`StartError`] when the storage cannot be used, is in use, or is damaged.
    pub async fn open(storage: Storage) -> Result<Self, StartError> {
        let template = Template::built_in()?;
        let mut lock = None;
        let mut kept_at = None;
        let mut table_name = "latchkey".to_owned();
        let mut secrets = SecretsManager::ephemeral();
        let dynamodb = match storage {
            Storage::Ephemeral => {
                DynamoDb::Embedded(Database::memory().map_err(|error| service("DynamoDB", &error))?)
            }
            Storage::DynamoDb {
                endpoint,
                table_name: name,
            } => {
                table_name = name;
                let remote = Remote::new(endpoint).map_err(|error| service("DynamoDB", &error))?;
                DynamoDb::Remote(remote)
            }
            Storage::Directory(directory) => {
                lock = Some(own(&directory)?);
                secrets = SecretsManager::open(directory.join(SECRETS))?;
                let database = dynamodb::open(&directory.join(DATABASE))?;
                kept_at = Some(directory);
                DynamoDb::Embedded(database)
            }
        };
        let services = Services {
            dynamodb,
            secrets: Arc::new(secrets),
        };
        let stack = Self {
            names: Arc::new(names(&template, &table_name)),
            template,
            services,
            table_name,
            _lock: lock,
        };
        let has_table = stack.has_table().await?;
        if let Some(directory) = kept_at {
            stack.check_for_loss(&directory, has_table)?;
        }
        // The secrets first: a table without them means that they were lost.
        stack.make_secrets()?;
        if !has_table {
            stack.make_table().await?;
        }
        Ok(stack)
    }

    /// Starts every function anew over this storage.
    ///
    /// # Errors
    /// [`StartError`] when a function does not start, or the template asks for something that is
    /// not known here.
    pub fn instance(&self, options: &Options) -> Result<Instance, StartError> {
        Instance::start(self, options)
    }

    /// The current text of a secret, by the secret's name.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<String> {
        self.services.secrets.current(name)
    }

    /// What Secrets Manager answers somebody who may do everything, such as whoever deploys the
    /// stack.
    ///
    /// # Errors
    /// The refusal, as JSON.
    pub fn ask_secrets_manager(&self, operation: &str, request: &Json) -> Result<Json, String> {
        self.services.secrets.ask(operation, request)
    }

    /// Deletes the items whose time to live is over, as DynamoDB does now and then.
    ///
    /// # Errors
    /// [`StartError::Service`] when the database fails.
    pub fn delete_expired(&self) -> Result<(), StartError> {
        if let DynamoDb::Embedded(database) = &self.services.dynamodb {
            database
                .sweep_ttl()
                .map_err(|error| service("DynamoDB", &error))?;
        }
        Ok(())
    }

    /// The name of the table.
    #[must_use]
    pub fn table_name(&self) -> &str {
        &self.table_name
    }

    /// The template that the stack was made from.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    pub(crate) fn names(&self) -> Arc<Names> {
        self.names.clone()
    }

    /// A new table or new secrets in the place of lost ones would only hide the loss.
    fn check_for_loss(&self, directory: &Path, has_table: bool) -> Result<(), StartError> {
        let secrets = &self.services.secrets;
        if !has_table && secrets.hold_a_value() {
            let reason = format!("the table {} is gone", self.table_name);
            return Err(StartError::Damaged(directory.join(DATABASE), reason));
        }
        if has_table && secrets.are_none() {
            let reason = "the secrets are gone".to_owned();
            return Err(StartError::Damaged(directory.join(SECRETS), reason));
        }
        Ok(())
    }

    async fn has_table(&self) -> Result<bool, StartError> {
        let name = json!({ "TableName": self.table_name });
        Ok(self.dynamodb("DescribeTable", &name).await?.is_ok())
    }

    async fn make_table(&self) -> Result<(), StartError> {
        for table in &self.template.tables {
            let create = table.create_request(&self.table_name);
            let time_to_live = table.time_to_live_request(&self.table_name);
            let time_to_live = time_to_live.map(|request| ("UpdateTimeToLive", request));
            for (operation, request) in [("CreateTable", create)].into_iter().chain(time_to_live) {
                self.dynamodb(operation, &request)
                    .await?
                    .map_err(|error| StartError::Service("DynamoDB", error))?;
            }
        }
        Ok(())
    }

    async fn dynamodb(
        &self,
        operation: &str,
        request: &Json,
    ) -> Result<Result<(), String>, StartError> {
        let answer = self
            .services
            .dynamodb
            .answer(operation, request.to_string());
        let answer = answer.await.map_err(|error| service("DynamoDB", &error))?;
        Ok(if answer.status == 200 {
            Ok(())
        } else {
            Err(answer.body)
        })
    }

    fn make_secrets(&self) -> Result<(), StartError> {
        let secrets = &self.services.secrets;
        for name in self.template.secrets.iter().map(|id| secret_name(id)) {
            if !secrets.contains(&name) {
                secrets
                    .ask("CreateSecret", &json!({ "Name": name }))
                    .map_err(|error| StartError::Service("Secrets Manager", error))?;
            }
        }
        Ok(())
    }
}

fn service(name: &'static str, error: &dyn std::error::Error) -> StartError {
    StartError::Service(name, error.to_string())
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

fn names(template: &Template, table_name: &str) -> Names {
    let tables = template.tables.iter();
    let secrets = template.secrets.iter();
    tables
        .map(|table| (table_name.to_owned(), table.logical_id.clone()))
        .chain(secrets.map(|id| (secret_name(id), id.clone())))
        .collect()
}

/// `SigningKeys` becomes `latchkey/signing-keys`.
pub(crate) fn secret_name(logical_id: &str) -> String {
    let mut name = "latchkey/".to_owned();
    for (position, letter) in logical_id.chars().enumerate() {
        if letter.is_ascii_uppercase() && position > 0 {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
