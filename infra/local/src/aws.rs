//! Emulated AWS services, which receive the requests of the SDK's HTTP client.

mod dynamodb;
mod emulator;
mod permissions;
mod response;
mod sdk;
mod secrets_manager;
mod services;

pub(crate) use dynamodb::DynamoDb;
pub(crate) use permissions::{Names, Permissions};
pub(crate) use sdk::sdk_config;
pub(crate) use secrets_manager::SecretsManager;
pub(crate) use services::Services;
