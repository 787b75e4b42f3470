//! The function as it is invoked: by CloudFormation as the template's custom resource, or by hand.

use std::time::Duration;

use serde_json::Value;
use shared::fault::Fault;
use shared::runtime::{Attempts, Environment, Pause, VariableError};
use tokio::time::timeout;

use crate::cloudformation::{CustomResourceRequest, ResponseUrls};
use crate::error::BootstrapError;
use crate::run::Run;

/// How long CloudFormation's work may take. The rest of the function's `Timeout` is for the answer.
const WORK_TIME: Duration = Duration::from_secs(35);

/// How often CloudFormation's work is tried, and the pause in between: rights that it gave a moment
/// ago may take some seconds to hold.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(5);

/// Bootstrap, started.
#[derive(Debug)]
pub struct Bootstrap {
    /// What is wrong with the environment has to be told to CloudFormation too.
    run: Result<Run, VariableError>,
    answers: ResponseUrls,
}

impl Bootstrap {
    /// Bootstrap in that environment. Whether the environment is complete shows when it is invoked.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        Self {
            run: Run::new(environment),
            answers: ResponseUrls::new(environment),
        }
    }

    /// Does what the event asks: what CloudFormation wants, or a run when the event asks nothing.
    ///
    /// # Errors
    /// When a run by hand fails, the event makes no sense, or CloudFormation cannot be told. A
    /// failure that CloudFormation was told is none for Lambda, which would only repeat the event.
    pub async fn invoke(&self, event: Value) -> Result<(), BootstrapError> {
        let Some(asked) = CustomResourceRequest::read(event)? else {
            return Ok(self.run()?.all().await?);
        };
        let to = self.answers.address(&asked)?;
        let outcome = match asked.request_type.as_str() {
            "Create" | "Update" => self.run_for_cloudformation().await,
            // What bootstrap made outlives the stack, as the table and the secrets do.
            "Delete" => Ok(()),
            _ => Err(BootstrapError::UnknownRequestType),
        };
        if let Err(failure) = &outcome {
            tracing::error!(fault = %failure, "bootstrap failed");
        }
        self.answers.send(&to, &asked, &outcome).await
    }

    fn run(&self) -> Result<&Run, BootstrapError> {
        let run = self.run.as_ref();
        run.map_err(|error| BootstrapError::Environment(error.to_string()))
    }

    async fn run_for_cloudformation(&self) -> Result<(), BootstrapError> {
        let run = self.run()?;
        let all = async {
            let mut attempts = Attempts::new(ATTEMPTS, Pause::Fixed(PAUSE));
            let mut done = Err(Fault::OutOfTime);
            while done.is_err() && attempts.another().await? {
                done = run.all().await;
            }
            done
        };
        let outcome = timeout(WORK_TIME, all).await;
        Ok(outcome.unwrap_or(Err(Fault::OutOfTime))?)
    }
}
