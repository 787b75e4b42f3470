//! The Lambda binary `get-client`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&app_clients::GET_CLIENT).await
}
