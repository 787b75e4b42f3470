//! The Lambda binary `metadata`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let app = std::sync::Arc::new(metadata::App::new(&Environment::from_process().await)?);
    shared::lambda::run(move |request| metadata::handle(app.clone(), request)).await
}
