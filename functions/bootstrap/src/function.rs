//! The function as it is invoked: by CloudFormation as the template's custom resource, or by hand.

use std::time::Duration;

use serde_json::Value;
use shared::environment::{Environment, VariableError};
use shared::fault::Fault;
use tokio::time::{sleep, timeout};

use crate::cloudformation::{Answers, Asked};
use crate::{App, handle};

/// How long CloudFormation's work may take. The rest of the function's `Timeout` is for the answer.
const WORK_TIME: Duration = Duration::from_secs(35);

/// How often CloudFormation's work is tried, and the pause in between: rights that it gave a moment
/// ago may take some seconds to hold.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(5);

/// Bootstrap, started.
#[derive(Debug)]
pub struct Function {
    /// What is wrong with the environment has to be told to CloudFormation too.
    app: Result<App, VariableError>,
    answers: Answers,
}

/// Why an invocation failed. `Display` is for the log and for CloudFormation, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The function cannot start.
    #[error("{0}")]
    Environment(String),
    /// The run failed; it can be repeated.
    #[error(transparent)]
    Run(#[from] Fault),
    /// The event is neither empty nor what CloudFormation sends.
    #[error("the event is not one of CloudFormation's")]
    MalformedEvent,
    /// CloudFormation asks for something else than to create, update or delete.
    #[error("RequestType is not Create, Update or Delete")]
    UnknownRequestType,
    /// The answer did not reach CloudFormation.
    #[error("CloudFormation was not reached")]
    Unanswered,
}

impl Function {
    /// Bootstrap in that environment. Whether the environment is complete shows when it is invoked.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        Self {
            app: App::new(environment),
            answers: Answers::new(environment),
        }
    }

    /// Does what the event asks: what CloudFormation wants, or a run when the event asks nothing.
    ///
    /// # Errors
    /// When a run by hand fails, the event makes no sense, or CloudFormation cannot be told. A
    /// failure that CloudFormation was told is none for Lambda, which would only repeat the event.
    pub async fn invoke(&self, event: Value) -> Result<(), Failure> {
        let Some(asked) = Asked::read(event)? else {
            return Ok(handle(self.app()?).await?);
        };
        let to = self.answers.address(&asked)?;
        let outcome = match asked.request_type.as_str() {
            "Create" | "Update" => self.run().await,
            // What bootstrap made outlives the stack, as the table and the secrets do.
            "Delete" => Ok(()),
            _ => Err(Failure::UnknownRequestType),
        };
        if let Err(failure) = &outcome {
            tracing::error!(fault = %failure, "bootstrap failed");
        }
        self.answers.send(&to, &asked, &outcome).await
    }

    fn app(&self) -> Result<&App, Failure> {
        let app = self.app.as_ref();
        app.map_err(|error| Failure::Environment(error.to_string()))
    }

    async fn run(&self) -> Result<(), Failure> {
        let app = self.app()?;
        let run = async {
            for _ in 1..ATTEMPTS {
                if handle(app).await.is_ok() {
                    return Ok(());
                }
                sleep(PAUSE).await;
            }
            handle(app).await
        };
        let outcome = timeout(WORK_TIME, run).await;
        Ok(outcome.unwrap_or(Err(Fault::OutOfTime))?)
    }
}
