//! The Lambda binary `token`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(token::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        token::handle(app.clone(), request)
    })
    .await
}
