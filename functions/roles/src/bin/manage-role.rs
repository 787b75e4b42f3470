//! The Lambda binary `manage-role`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&roles::MANAGE_ROLE).await
}
