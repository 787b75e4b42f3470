//! The Lambda binary `create-client`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let app = std::sync::Arc::new(create_client::App::new(&Environment::from_process().await)?);
    shared::lambda::run(move |request| create_client::handle(app.clone(), request)).await
}
