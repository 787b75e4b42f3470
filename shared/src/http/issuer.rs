//! Under which name this service issues, and for whom when nobody is named.

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
    /// What `ISSUER` and `DEFAULT_AUDIENCE` say; both may be left out.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        let setting = |name| environment.variables.optional(name).map(str::to_owned);
        Self {
            configured: setting("ISSUER"),
            default_audience: setting("DEFAULT_AUDIENCE"),
        }
    }

    /// The `iss` of tokens: the setting, or else the API's own domain, which API Gateway tells with
    /// each request and no client can forge.
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

    /// The audience of a token whose request names none, which is the management API's own: the
    /// setting, or else the issuer.
    #[must_use]
    pub fn default_audience(&self, request: &Request) -> String {
        self.default_audience
            .clone()
            .unwrap_or_else(|| self.of(request))
    }
}
