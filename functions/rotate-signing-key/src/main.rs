//! The Lambda binary `rotate-signing-key`.

use serde_json::Value;
use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = &rotate_signing_key::App::new(&environment)?;
    let handle = async |event: Value| rotate_signing_key::handle(app, event).await;
    shared::lambda::run_events(&environment, "rotate-signing-key", handle).await
}
