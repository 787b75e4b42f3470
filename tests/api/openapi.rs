//! `GET /openapi.json`: the description of the API.

use serde_json::Value;
use tests::Latchkey;

const PATH: &str = "/openapi.json";

#[tokio::test]
async fn the_description_is_the_documented_one_without_its_spaces() {
    let (_latchkey, service) = Latchkey::start().await;
    let served = service.request("GET", PATH).send().await.unwrap();
    assert_eq!(served.status(), 200);
    assert_eq!(served.headers()["content-type"], "application/json");
    assert_eq!(served.headers()["cache-control"], "public, max-age=300");
    assert_eq!(served.headers()["access-control-allow-origin"], "*");
    let text = served.text().await.unwrap();
    let file = include_str!("../../docs/openapi.json");
    assert!(text.len() < file.len() * 2 / 3, "{}", text.len());
    let (served, file): (Value, Value) = (
        serde_json::from_str(&text).unwrap(),
        serde_json::from_str(file).unwrap(),
    );
    assert_eq!(served, file);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_description_needs_no_aws_call() {
    let (latchkey, _service) = Latchkey::start().await;
    let instance = latchkey.instance().await;
    let served = instance.request("GET", PATH).send().await.unwrap();
    assert_eq!(served.status(), 200);
    assert!(instance.aws.calls().is_empty());
}
