//! The Lambda binary `bootstrap`.

use lambda_http::lambda_runtime::{self, Error, LambdaEvent, service_fn};
use serde_json::Value;
use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shared::lambda::log_faults();
    let function = &bootstrap::Function::new(&Environment::from_process().await);
    let invoke =
        async |event: LambdaEvent<Value>| Ok::<_, Error>(function.invoke(event.payload).await?);
    lambda_runtime::run(service_fn(invoke)).await
}
