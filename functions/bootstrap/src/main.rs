//! The Lambda binary `bootstrap`.

use lambda_http::lambda_runtime::{self, Error, LambdaEvent, service_fn};
use serde_json::Value;
use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shared::lambda::log_faults();
    let app = &bootstrap::App::new(&Environment::from_process().await)?;
    let handle = async |_: LambdaEvent<Value>| bootstrap::handle(app).await.map_err(Error::from);
    lambda_runtime::run(service_fn(handle)).await
}
