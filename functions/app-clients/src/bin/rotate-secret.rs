//! The Lambda binary `rotate-secret`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&app_clients::ROTATE_SECRET).await
}
