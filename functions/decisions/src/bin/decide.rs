//! The Lambda binary `decide`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::lambda::serve(&decisions::DECIDE).await
}
