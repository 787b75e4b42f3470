//! The Lambda binary `bootstrap`.

use serde_json::Value;
use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let function = &bootstrap::Function::new(&environment);
    let invoke = async |event: Value| function.invoke(event).await;
    shared::lambda::run_events(&environment, "bootstrap", invoke).await
}
