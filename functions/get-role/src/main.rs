//! The Lambda binary `get-role`.

use shared::environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::from_process()?;
    let app = std::sync::Arc::new(get_role::App::new(&environment)?);
    shared::lambda::run(&environment, move |request| {
        get_role::handle(app.clone(), request)
    })
    .await
}
