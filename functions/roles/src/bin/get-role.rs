//! The Lambda binary `get-role`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&roles::GET_ROLE).await
}
