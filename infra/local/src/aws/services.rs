//! The table of emulated services, and the dispatch of SDK requests to them.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;

use super::emulator::Emulator;

/// The AWS services that the functions call.
#[derive(Clone)]
pub(crate) struct Services(Arc<[Arc<dyn Emulator>]>);

impl Services {
    /// A table of emulators. Their resources are created in this order.
    pub(crate) fn new(emulators: impl Into<Arc<[Arc<dyn Emulator>]>>) -> Self {
        Self(emulators.into())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<dyn Emulator>> {
        self.0.iter()
    }

    /// The service and the operation of an SDK request.
    pub(super) fn find(&self, request: &HttpRequest) -> Option<(&Arc<dyn Emulator>, String)> {
        let header = request.headers().get("x-amz-target")?;
        let (target, operation) = header.split_once('.')?;
        let emulator = self.iter().find(|emulator| emulator.target() == target)?;
        Some((emulator, operation.to_owned()))
    }

    /// The HTTP client for the SDK, without the permission check.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let targets = self.iter().map(|emulator| emulator.target());
        formatter.debug_list().entries(targets).finish()
    }
}

impl HttpConnector for Services {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some((emulator, operation)) = self.find(&request) else {
            let error = ConnectorError::user("no emulator for this service".into());
            return HttpConnectorFuture::ready(Err(error));
        };
        let emulator = emulator.clone();
        HttpConnectorFuture::new(async move {
            // A real service responds later, and other requests run meanwhile.
            tokio::task::yield_now().await;
            emulator.respond(&operation, request).await
        })
    }
}
