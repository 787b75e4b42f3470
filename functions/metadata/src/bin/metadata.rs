//! The Lambda binary `metadata`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&metadata::METADATA).await
}
