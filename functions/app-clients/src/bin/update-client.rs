//! The Lambda binary `update-client`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&app_clients::UPDATE_CLIENT).await
}
