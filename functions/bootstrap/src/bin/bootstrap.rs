//! The Lambda binary `bootstrap`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve_events(&bootstrap::BOOTSTRAP).await
}
