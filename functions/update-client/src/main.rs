//! The Lambda binary `update-client`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(update_client::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        update_client::handle(app.clone(), request)
    })
    .await
}
