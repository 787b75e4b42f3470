//! What a function starts with: AWS, its variables, the time, randomness and the log.

use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;

use super::aws;
use super::log::{Log, Recorder};
use super::variables::{VariableError, Variables};
use crate::clock::Clock;
use crate::random::Randomness;

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
    pub async fn from_process() -> Result<Self, VariableError> {
        let variables = Variables::from_process();
        let aws = aws::from_process(&variables).await?;
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

    /// The recorder of an instance that starts in this environment. `METRICS_NAMESPACE` is the
    /// namespace of its metrics; without it there are none.
    #[must_use]
    pub fn recorder(&self) -> Recorder {
        let namespace = self.variables.optional("METRICS_NAMESPACE");
        Recorder::new(
            self.log.clone(),
            self.clock.clone(),
            namespace.map(str::to_owned),
        )
    }
}
