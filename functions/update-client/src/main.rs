//! The Lambda binary `update-client`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let app = std::sync::Arc::new(update_client::App::new(&Environment::from_process().await)?);
    shared::lambda::run(move |request| update_client::handle(app.clone(), request)).await
}
