//! Enforces a function's IAM policy on its AWS calls, as in the cloud.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::{Value as Json, json};

use super::response::ServiceResponse;
use super::services::Services;
use crate::call::{AwsCall, Observer};
use crate::template::{FunctionResource, Statement};

/// The logical ids of resources, as statements name them, by the names that requests use.
pub(crate) type Names = BTreeMap<String, String>;

/// The permissions of a function.
#[derive(Clone)]
pub(crate) struct Permissions {
    function: String,
    statements: Arc<[Statement]>,
    names: Arc<Names>,
    services: Services,
    observer: Option<Observer>,
}

impl std::fmt::Debug for Permissions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Permissions of {}", self.function)
    }
}

impl Permissions {
    pub(crate) fn new(
        function: &FunctionResource,
        names: Arc<Names>,
        services: Services,
        observer: Option<Observer>,
    ) -> Self {
        Self {
            function: function.binary.clone(),
            statements: function.statements.as_slice().into(),
            names,
            services,
            observer,
        }
    }

    /// Wraps a client: allowed calls pass through, all others get IAM's error response.
    pub(crate) fn enforced_on(self, client: SharedHttpClient) -> SharedHttpClient {
        http_client_fn(move |settings, components| {
            SharedHttpConnector::new(Enforced {
                permissions: self.clone(),
                connector: client.http_connector(settings, components),
            })
        })
    }

    /// The error response if one of the request's calls is not allowed.
    fn denial(&self, request: &HttpRequest) -> Option<ServiceResponse> {
        let Some((emulator, operation)) = self.services.find(request) else {
            return Some(access_denied("unknown", ""));
        };
        let body = request.body().bytes();
        let body: Json = body
            .and_then(|body| serde_json::from_slice(body).ok())
            .unwrap_or_default();
        let calls = emulator.calls(&operation, &body);
        let denied = calls.iter().find(|call| !self.allows(call))?;
        Some(access_denied(
            &denied.action,
            &emulator.arn(&denied.resource),
        ))
    }

    fn allows(&self, call: &AwsCall) -> bool {
        let Some(resource) = self.logical_id(&call.resource) else {
            return false;
        };
        let call = AwsCall {
            resource,
            ..call.clone()
        };
        let is_allowed = self.statements.iter().any(|one| one.allows(&call));
        if let (true, Some(observer)) = (is_allowed, &self.observer) {
            observer(&self.function, call);
        }
        is_allowed
    }

    /// The logical id of a resource in a request.
    fn logical_id(&self, resource: &str) -> Option<String> {
        if let Some(id) = self.names.get(resource) {
            return Some(id.clone());
        }
        let (name, rest) = resource.split_once('/')?;
        let id = self.names.get(name)?;
        Some(format!("{id}/{rest}"))
    }
}

#[derive(Debug)]
struct Enforced {
    permissions: Permissions,
    connector: SharedHttpConnector,
}

impl HttpConnector for Enforced {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.permissions.denial(&request) {
            None => self.connector.call(request),
            Some(denial) => HttpConnectorFuture::ready(denial.try_into()),
        }
    }
}

fn access_denied(action: &str, resource: &str) -> ServiceResponse {
    let message = format!(
        "User: arn:aws:sts::000000000000:assumed-role/local/local is not authorized to perform: \
         {action} on resource: {resource} because no identity-based policy allows the {action} \
         action"
    );
    let body = json!({
        "__type": "com.amazon.coral.service#AccessDeniedException",
        "Message": message,
    });
    ServiceResponse::new(400, "application/x-amz-json-1.0", body.to_string())
}

#[cfg(test)]
mod tests;
