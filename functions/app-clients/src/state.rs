//! The states of the functions that create and change clients, and give them secrets.

use shared::app_clients::{AppClients, default_quota};
use shared::model::TokenQuota;
use shared::runtime::{Environment, VariableError};
use shared::secrets::PepperSecret;
use shared::store::Store;

/// The state of an instance that changes clients.
pub(crate) struct State {
    pub(crate) clients: AppClients,
    pub(crate) default_quota: TokenQuota,
}

/// The state of an instance that creates clients.
pub(crate) struct CreateState {
    pub(crate) clients: AppClients,
    pub(crate) default_quota: TokenQuota,
    pub(crate) pepper: PepperSecret,
}

/// The state of an instance that gives secrets to clients.
pub(crate) struct SecretState {
    pub(crate) clients: AppClients,
    pub(crate) pepper: PepperSecret,
}

impl State {
    pub(crate) fn new(environment: &Environment, store: Store) -> Result<Self, VariableError> {
        Ok(Self {
            clients: AppClients::new(environment, store),
            default_quota: default_quota(&environment.variables)?,
        })
    }
}

impl CreateState {
    pub(crate) fn new(environment: &Environment, store: Store) -> Result<Self, VariableError> {
        Ok(Self {
            clients: AppClients::new(environment, store),
            default_quota: default_quota(&environment.variables)?,
            pepper: PepperSecret::new(environment)?,
        })
    }
}

impl SecretState {
    pub(crate) fn new(environment: &Environment, store: Store) -> Result<Self, VariableError> {
        Ok(Self {
            clients: AppClients::new(environment, store),
            pepper: PepperSecret::new(environment)?,
        })
    }
}
