//! The issuer of tokens, and their default audience.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};

use crate::runtime::Environment;

/// The issuer and the default audience of a deployment.
#[derive(Clone, Debug)]
pub struct Issuer {
    configured: Option<String>,
    default_audience: Option<String>,
}

impl Issuer {
    /// Reads `ISSUER` and `DEFAULT_AUDIENCE`; both are optional.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        let setting = |name| environment.variables.optional(name).map(str::to_owned);
        Self {
            configured: setting("ISSUER"),
            default_audience: setting("DEFAULT_AUDIENCE"),
        }
    }

    /// The `iss` of tokens: the setting, or else the API's domain. API Gateway sets the domain in
    /// the request context; no client can forge it.
    #[must_use]
    pub fn of(&self, request: &Request) -> String {
        if let Some(issuer) = &self.configured {
            return issuer.clone();
        }
        let context = request.request_context_ref();
        let domain = context.and_then(|context| match context {
            RequestContext::ApiGatewayV2(context) => context.domain_name.as_deref(),
            _ => None,
        });
        format!("https://{}", domain.unwrap_or_default())
    }

    /// The audience of a token whose request names none, which is that of the management API: the
    /// setting, or else the issuer.
    #[must_use]
    pub fn default_audience(&self, request: &Request) -> String {
        self.default_audience
            .clone()
            .unwrap_or_else(|| self.of(request))
    }
}
