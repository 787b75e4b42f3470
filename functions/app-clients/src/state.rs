//! The state of the functions that create and change clients.

use shared::app_clients::{AppClients, default_quota};
use shared::model::TokenQuota;
use shared::runtime::{Environment, VariableError};
use shared::store::Store;

/// The state of an instance.
pub(crate) struct State {
    pub(crate) clients: AppClients,
    pub(crate) default_quota: TokenQuota,
}

impl State {
    pub(crate) fn new(environment: &Environment, store: Store) -> Result<Self, VariableError> {
        Ok(Self {
            clients: AppClients::new(environment, store),
            default_quota: default_quota(&environment.variables)?,
        })
    }
}
