//! The environment of a function: AWS configuration, variables, clock, randomness and log.

use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;

use super::aws;
use super::log::{Log, Recorder};
use super::variables::{VariableError, Variables};
use crate::clock::Clock;
use crate::random::Randomness;

/// The SDK's attempts at one call.
pub const SDK_ATTEMPTS: u32 = 3;

/// Everything that a function gets from outside before its first request.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The AWS configuration: region, credentials, HTTP client.
    pub aws: SdkConfig,
    /// The function's environment variables, as `template.yaml` sets them.
    pub variables: Variables,
    /// The clock.
    pub clock: Clock,
    /// The source of ids, secrets and random pauses: the operating system, unless a test sets
    /// another.
    pub randomness: Randomness,
    /// The destination of the function's log lines: standard output, unless the caller sets
    /// another.
    pub log: Log,
}

impl Environment {
    /// The environment of this process, which Lambda has started.
    ///
    /// # Errors
    /// When a variable that Lambda sets is missing, or no root certificates are found.
    pub async fn from_process() -> Result<Self, VariableError> {
        let variables = Variables::from_process();
        let aws = aws::from_process(&variables).await?;
        Ok(Self::new(aws, variables, Clock::system()))
    }

    /// An environment from its parts. Timeouts and retries are set here, the same for every caller.
    #[must_use]
    pub fn new(aws: SdkConfig, variables: Variables, clock: Clock) -> Self {
        // After three seconds a new attempt is faster than waiting. The limit is not shorter,
        // because a count that was only slow would be counted again. All attempts and their pauses
        // fit into the time limit of a request.
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(6))
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(SDK_ATTEMPTS)
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

    /// The recorder of an instance in this environment. `METRICS_NAMESPACE` is the namespace of its
    /// metrics; without it there are none.
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
