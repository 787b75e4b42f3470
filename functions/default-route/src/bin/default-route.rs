//! The Lambda binary `default-route`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&default_route::DEFAULT_ROUTE).await
}
