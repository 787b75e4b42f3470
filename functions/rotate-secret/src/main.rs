//! The Lambda binary `rotate-secret`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(rotate_secret::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        rotate_secret::handle(app.clone(), request)
    })
    .await
}
