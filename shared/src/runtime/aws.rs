//! The AWS configuration of a function. It comes only from the environment variables, because
//! Lambda puts everything there (docs/adr/0012).

use std::path::PathBuf;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::meta::region::ProvideRegion as _;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime_api::client::http::http_client_fn;
use aws_types::sdk_config::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::https::{self, RootCertificates};
use super::variables::{VariableError, Variables};

/// The configuration of a function that Lambda started. `bench check` tests it: there, every call
/// must be signed with the region, key and token of the process.
///
/// # Errors
/// When a variable that Lambda sets is missing, or no root certificates are found.
pub(super) async fn from_process(variables: &Variables) -> Result<SdkConfig, VariableError> {
    let region = EnvironmentVariableRegionProvider::new().region().await;
    let credentials = EnvironmentVariableCredentialsProvider::new();
    sdk_config(variables, region, credentials)
}

/// Endpoints, TLS and the variables that must exist: without them, the first request would fail
/// instead of the start.
fn sdk_config(
    variables: &Variables,
    region: Option<Region>,
    credentials: impl ProvideCredentials + 'static,
) -> Result<SdkConfig, VariableError> {
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        variables.required(name)?;
    }
    // One connector for all services: each further one would read the certificates again.
    let connector = https::connector(&root_certificates(variables))?;
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .use_fips(variables.is_true("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(variables.is_true("AWS_USE_DUALSTACK_ENDPOINT"))
        .http_client(http_client_fn(move |_, _| connector.clone()));
    if !variables.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        let everywhere = variables.optional("AWS_ENDPOINT_URL").map(str::to_owned);
        config.set_endpoint_url(everywhere);
        config.set_service_config(Some(Endpoints(variables.clone())));
    }
    Ok(config.build())
}

/// The root certificates to trust. Reading the system's certificates costs a millisecond of every
/// cold start, so they are read only if an endpoint may need roots other than Amazon's
/// (docs/adr/0014).
fn root_certificates(variables: &Variables) -> RootCertificates {
    let path = |name| variables.optional(name).map(PathBuf::from);
    let (file, directory) = (path("SSL_CERT_FILE"), path("SSL_CERT_DIR"));
    if file.is_some() || directory.is_some() {
        return RootCertificates::Named { file, directory };
    }
    let region = variables.optional("AWS_REGION").unwrap_or_default();
    let has_https_endpoint = variables.names().any(|name| {
        let url = variables.optional(name).unwrap_or_default();
        name.starts_with("AWS_ENDPOINT_URL") && url.starts_with("https:")
    });
    // Partitions other than `aws` and `aws-us-gov` may have other roots.
    let is_other_partition =
        region.starts_with("cn-") || region.starts_with("eusc-") || region.contains("-iso");
    if has_https_endpoint || is_other_partition {
        RootCertificates::System
    } else {
        RootCertificates::Amazon
    }
}

/// The endpoints of single services, such as `AWS_ENDPOINT_URL_DYNAMODB`.
#[derive(Debug)]
struct Endpoints(Variables);

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let name = format!("{}_{service}", key.env());
        self.0.optional(&name).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests;
