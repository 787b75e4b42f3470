//! The Lambda binary `metadata`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(metadata::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        metadata::handle(app.clone(), request)
    })
    .await
}
