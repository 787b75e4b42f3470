//! The Lambda binary `token`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let app = std::sync::Arc::new(token::App::new(&Environment::from_process().await)?);
    shared::lambda::run(move |request| token::handle(app.clone(), request)).await
}
