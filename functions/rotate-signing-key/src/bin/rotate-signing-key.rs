//! The Lambda binary `rotate-signing-key`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve_events(&rotate_signing_key::ROTATE_SIGNING_KEY).await
}
