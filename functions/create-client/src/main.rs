//! The Lambda binary `create-client`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(create_client::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        create_client::handle(app.clone(), request)
    })
    .await
}
