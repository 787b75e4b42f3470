//! What a function is started with: AWS, its variables, and the time.

mod aws;
pub mod https;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;

use crate::clock::Clock;
use crate::log::Log;
use crate::model::TokenQuota;
use crate::random::Randomness;
use crate::token::SigningAlgorithm;

/// A connection to AWS that takes this long is lost.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(800);

/// Everything that a function gets from outside before its first request.
#[derive(Clone, Debug)]
pub struct Environment {
    /// How to reach AWS: region, credentials, HTTP client.
    pub aws: SdkConfig,
    /// The function's environment variables, as `template.yaml` sets them.
    pub variables: Variables,
    /// What time it is.
    pub clock: Clock,
    /// Where ids, secrets and pauses come from: the operating system, unless a test sets another.
    pub randomness: Randomness,
    /// Where the function's lines go: standard output, unless the caller sets another.
    pub log: Log,
}

impl Environment {
    /// The environment of a function that Lambda has started.
    ///
    /// # Errors
    /// When a variable is missing that Lambda sets, or there are no certificates to trust.
    pub fn from_process() -> Result<Self, VariableError> {
        Self::from_variables(Variables::from_process())
    }

    /// The environment of a function that Lambda has started with those variables.
    ///
    /// # Errors
    /// When one is missing that Lambda sets, or there are no certificates to trust.
    pub fn from_variables(variables: Variables) -> Result<Self, VariableError> {
        let aws = aws::sdk_config(&variables)?;
        Ok(Self::new(aws, variables, Clock::system()))
    }

    /// An environment put together by the caller; timeouts and retries are set here, alike everywhere.
    #[must_use]
    pub fn new(aws: SdkConfig, variables: Variables, clock: Clock) -> Self {
        // An attempt that takes this long is lost: asking again is faster than waiting. Not shorter,
        // since a count that was only slow is counted again. All attempts with their pauses fit into
        // the time that a request has.
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(6))
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(Duration::from_millis(50))
            .with_max_backoff(Duration::from_millis(500));
        let aws = aws
            .into_builder()
            .timeout_config(timeouts)
            .retry_config(retries)
            .build();
        Self {
            aws,
            variables,
            clock,
            randomness: Randomness::of_the_system(),
            log: Log::to_stdout(),
        }
    }
}

/// Environment variables, by name.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

/// A variable that the function cannot start without is missing, or its value makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum VariableError {
    /// The variable is not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The variable is set to something that it cannot be.
    #[error("the environment variable {0} has a value that it cannot have")]
    Invalid(&'static str),
    /// No certificate was found of anybody whose servers could be trusted.
    #[error("there are no certificates where SSL_CERT_FILE, SSL_CERT_DIR or this machine has them")]
    NoCertificates,
}

impl Variables {
    /// The variables of this process.
    #[must_use]
    pub fn from_process() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the door that the lint points to"
        )]
        let variables = std::env::vars_os();
        let readable = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self(readable.collect())
    }

    /// The value of a variable that has to be there.
    ///
    /// # Errors
    /// [`VariableError::Missing`] when it is not set or empty.
    pub fn required(&self, name: &'static str) -> Result<&str, VariableError> {
        self.optional(name).ok_or(VariableError::Missing(name))
    }

    /// `DEFAULT_TOKEN_QUOTA`: the quota of a client that has none of its own; 200 when not set.
    ///
    /// # Errors
    /// [`VariableError::Invalid`] when it is no quota.
    pub fn default_token_quota(&self) -> Result<TokenQuota, VariableError> {
        const NAME: &str = "DEFAULT_TOKEN_QUOTA";
        let Some(tokens) = self.optional(NAME) else {
            return Ok(TokenQuota::default());
        };
        let tokens = tokens.parse().ok();
        let quota = tokens.and_then(|tokens| TokenQuota::per_hour(tokens).ok());
        quota.ok_or(VariableError::Invalid(NAME))
    }

    /// `SIGNING_ALGORITHM`: how a new key signs; RS256 when not set.
    ///
    /// # Errors
    /// [`VariableError::Invalid`] when it is no algorithm that there is.
    pub fn signing_algorithm(&self) -> Result<SigningAlgorithm, VariableError> {
        const NAME: &str = "SIGNING_ALGORITHM";
        let Some(name) = self.optional(NAME) else {
            return Ok(SigningAlgorithm::default());
        };
        SigningAlgorithm::parse(name).ok_or(VariableError::Invalid(NAME))
    }

    /// The names of all of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a variable is `true`, as AWS SDKs write it.
    fn is_true(&self, name: &str) -> bool {
        self.optional(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The value of a variable, when it is set and not empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// The names alone: in a Lambda, some values are credentials.
impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
