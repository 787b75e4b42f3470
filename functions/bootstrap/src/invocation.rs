//! Invocations of bootstrap: by CloudFormation, as the template's custom resource, or by hand.

use std::time::Duration;

use serde_json::Value;
use shared::fault::Fault;
use shared::runtime::log::Notebook;
use shared::runtime::{Attempts, Environment, Pause, VariableError};
use tokio::time::{Instant, timeout_at};

use crate::cloudformation::{CustomResourceRequest, ResponseUrls};
use crate::error::BootstrapError;
use crate::recovery::Recover;
use crate::run::Run;

/// The time limit of a run for CloudFormation. The rest of the function's `Timeout` is for the
/// response.
const WORK_TIME: Duration = Duration::from_secs(35);

/// The time limit of a run by hand, shorter than the function's `Timeout`.
const TIME_BY_HAND: Duration = Duration::from_secs(50);

/// The attempts at a run for CloudFormation, and the pause between them: new permissions may take
/// some seconds to take effect.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(5);

/// An instance of bootstrap.
#[derive(Debug)]
pub struct Bootstrap {
    /// CloudFormation must learn of an error in the environment too.
    run: Result<Run, VariableError>,
    responses: ResponseUrls,
}

impl Bootstrap {
    /// Bootstrap in this environment. An error in the environment is reported at the invocation.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        Self {
            run: Run::new(environment),
            responses: ResponseUrls::new(environment),
        }
    }

    /// Handles an event from CloudFormation or a recovery, or runs bootstrap if the event is neither.
    /// The notebook takes the audit event of a recovery.
    ///
    /// # Errors
    /// When a run by hand fails, the event is malformed, or the response does not reach
    /// CloudFormation. A failure that was reported to CloudFormation is not an error: Lambda would
    /// only repeat the event.
    pub async fn invoke(&self, event: Value, notebook: Notebook) -> Result<(), BootstrapError> {
        if let Some(recover) = Recover::read(&event)? {
            return self.run()?.recover(recover, &notebook).await;
        }
        let Some(request) = CustomResourceRequest::read(event)? else {
            return self.run_by_hand().await;
        };
        let to = self.responses.address(&request)?;
        let outcome = match request.request_type.as_str() {
            "Create" | "Update" => {
                let anew = request.replaces_nameless();
                self.run_for_cloudformation(anew).await
            }
            // Everything that bootstrap has created outlives the stack, like the table and the
            // secrets.
            "Delete" => Ok(()),
            _ => Err(BootstrapError::UnknownRequestType),
        };
        if let Err(failure) = &outcome {
            tracing::error!(fault = %failure, "bootstrap failed");
        }
        self.responses.send(&to, &request, &outcome).await
    }

    fn run(&self) -> Result<&Run, BootstrapError> {
        let run = self.run.as_ref();
        run.map_err(|error| BootstrapError::Environment(error.to_string()))
    }

    async fn run_by_hand(&self) -> Result<(), BootstrapError> {
        let end = Instant::now() + TIME_BY_HAND;
        let run = self.run()?;
        run.all().await?;
        match timeout_at(end, run.name_keys(false)).await {
            Ok(done) => Ok(done?),
            Err(_) => Err(BootstrapError::Unfinished),
        }
    }

    /// The keys of names are no reason to roll a deployment back: without one, a client is only
    /// missing in lists by name.
    async fn run_for_cloudformation(&self, anew: bool) -> Result<(), BootstrapError> {
        let end = Instant::now() + WORK_TIME;
        let run = self.run()?;
        let all = async {
            let mut attempts = Attempts::new(ATTEMPTS, Pause::Fixed(PAUSE));
            let mut done = Err(Fault::OutOfTime);
            while done.is_err() && attempts.another().await? {
                done = run.all().await;
            }
            done
        };
        let outcome = timeout_at(end, all).await;
        outcome.unwrap_or(Err(Fault::OutOfTime))?;
        let names = timeout_at(end, run.name_keys(anew)).await;
        let names = names.map_err(|_| BootstrapError::Unfinished);
        if let Err(failure) = names.and_then(|done| Ok(done?)) {
            tracing::error!(fault = %failure, "the index of names is incomplete");
        }
        Ok(())
    }
}
