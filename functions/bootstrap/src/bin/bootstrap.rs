//! The Lambda binary `bootstrap`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&bootstrap::BOOTSTRAP).await
}
