use aws_smithy_types::body::SdkBody;

use super::*;
use crate::aws::emulator::Emulator;
use crate::aws::{DynamoDb, SecretsManager};
use crate::template::Template;

fn permissions(binary: &str) -> Permissions {
    let functions = Template::built_in().unwrap().functions;
    let function = functions.iter().find(|f| f.binary == binary).unwrap();
    let names = [
        ("latchkey", "Table"),
        ("latchkey/signing-keys", "SigningKeys"),
    ];
    let names = names.map(|(name, id)| (name.to_owned(), id.to_owned()));
    let services = Services::new([
        Arc::new(SecretsManager::ephemeral()) as Arc<dyn Emulator>,
        Arc::new(DynamoDb::ephemeral().unwrap()),
    ]);
    Permissions::new(function, Arc::new(names.into()), services, None)
}

fn allowed(binary: &str, target: &'static str, body: &Json) -> bool {
    let mut request = HttpRequest::new(SdkBody::from(body.to_string()));
    request.headers_mut().insert("x-amz-target", target);
    permissions(binary).denial(&request).is_none()
}

fn query(partition: &str) -> Json {
    json!({
        "TableName": "latchkey",
        "KeyConditionExpression": "pk = :any AND sk = :other",
        "ExpressionAttributeValues": { ":any": { "S": partition }, ":other": { "S": "CLIENT#" } },
    })
}

#[test]
fn a_query_on_an_index_needs_permission_for_the_index() {
    let target = "DynamoDB_20120810.Query";
    let on_table = query("CLIENT#1");
    let on_index = json!({ "TableName": "latchkey", "IndexName": "by-org" });
    assert!(allowed("token", target, &on_table));
    assert!(!allowed("token", target, &on_index));
    assert!(allowed("delete-client", target, &on_index));
    assert!(!allowed("delete-client", target, &on_table));
    let mut on_other = on_table;
    on_other["TableName"] = "other".into();
    assert!(!allowed("token", target, &on_other));
}

#[test]
fn a_query_needs_permission_for_its_partition() {
    let target = "DynamoDB_20120810.Query";
    assert!(!allowed("token", target, &query("KEYS")));
    assert!(allowed("get-role", target, &query("ROLES#1")));
    assert!(!allowed("get-role", target, &query("CLIENT#1")));
}

#[test]
fn a_call_without_a_partition_key_fails_the_condition() {
    let table = json!({ "TableName": "latchkey" });
    for operation in ["DynamoDB_20120810.Query", "DynamoDB_20120810.UpdateItem"] {
        assert!(!allowed("token", operation, &table));
    }
}

#[test]
fn a_transaction_needs_permission_for_each_action() {
    let transact = "DynamoDB_20120810.TransactWriteItems";
    let item = json!({ "pk": { "S": "CLIENT#1" }, "sk": { "S": "GATE" } });
    let put = json!({ "Put": { "TableName": "latchkey", "Item": item } });
    let delete = json!({ "Delete": { "TableName": "latchkey", "Key": item } });
    let check = json!({ "ConditionCheck": { "TableName": "latchkey", "Key": item } });
    let request = |parts: &[&Json]| json!({ "TransactItems": parts });
    assert!(allowed("create-client", transact, &request(&[&put, &put])));
    assert!(allowed("delete-client", transact, &request(&[&delete])));
    assert!(!allowed(
        "create-client",
        transact,
        &request(&[&put, &delete])
    ));
    assert!(!allowed("bootstrap", transact, &request(&[&put, &check])));
}

#[test]
fn a_transaction_needs_permission_for_each_partition() {
    let transact = "DynamoDB_20120810.TransactWriteItems";
    let put = |partition| json!({ "Put": { "TableName": "latchkey", "Item": { "pk": { "S": partition } } } });
    let request = |other| json!({ "TransactItems": [put("CLIENT#1"), put(other)] });
    assert!(allowed("create-client", transact, &request("CLIENT#2")));
    assert!(!allowed("create-client", transact, &request("ORG#1")));
    assert!(allowed("bootstrap", transact, &request("ORG#1")));
}

#[test]
fn a_batch_needs_permission_for_each_partition() {
    let batch = "DynamoDB_20120810.BatchGetItem";
    let key = |partition| json!({ "pk": { "S": partition }, "sk": { "S": "RECORD" } });
    let request = |other| {
        let keys = [key("CLIENT#1"), key(other)];
        json!({ "RequestItems": { "latchkey": { "Keys": keys } } })
    };
    assert!(allowed("get-client", batch, &request("CLIENT#2")));
    for other in ["KEYS", "ORG#1", "IDEMPOTENCY#1"] {
        assert!(!allowed("get-client", batch, &request(other)), "{other}");
    }
    let none = json!({ "RequestItems": { "latchkey": { "Keys": [] } } });
    assert!(!allowed("get-client", batch, &none));
    assert!(!allowed("token", batch, &request("CLIENT#2")));
}

#[test]
fn only_the_token_and_rotation_functions_read_the_signing_keys() {
    let get = "secretsmanager.GetSecretValue";
    let request = json!({ "SecretId": "latchkey/signing-keys" });
    let functions = Template::built_in().unwrap().functions;
    let readers = functions.iter().map(|function| function.binary.as_str());
    let readers = readers.filter(|binary| allowed(binary, get, &request));
    assert_eq!(readers.collect::<Vec<_>>(), ["token", "rotate-signing-key"]);
    assert!(!allowed("token", "secretsmanager.PutSecretValue", &request));
}

#[test]
fn a_call_to_a_service_without_an_emulator_is_denied() {
    assert!(!allowed("token", "TrentService.Decrypt", &json!({})));
}
