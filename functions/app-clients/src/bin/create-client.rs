//! The Lambda binary `create-client`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&app_clients::CREATE_CLIENT).await
}
