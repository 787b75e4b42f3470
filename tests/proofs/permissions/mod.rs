//! Compares each function's permissions in the template with its AWS calls: each permission is
//! used, and each call is permitted. In all other tests, the local service enforces the
//! permissions.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

mod comparison;
mod walk;

use local::{AwsCall, Template};

use comparison::{differences, with_calls_by_aws};

#[tokio::test]
async fn every_permission_is_used_and_every_call_is_permitted() {
    let functions = Template::built_in().unwrap().functions;
    let calls = with_calls_by_aws(&functions, walk::calls().await);
    assert_eq!(differences(&functions, &calls), Vec::<String>::new());
}

#[tokio::test]
async fn an_unused_permission_is_reported() {
    let mut functions = Template::built_in().unwrap().functions;
    let calls = with_calls_by_aws(&functions, walk::calls().await);
    let token = functions.iter_mut().find(|one| one.binary == "token");
    let statements = &mut token.unwrap().statements;
    let on_table = |one: &&mut local::Statement| one.resources == ["Table"];
    let permission = statements.iter_mut().find(on_table).unwrap();
    permission.actions.push("dynamodb:DeleteItem".to_owned());
    let Some(local::Condition::Partitions(partitions)) = &mut permission.condition else {
        panic!("a condition on partitions");
    };
    partitions.push("KEYS".to_owned());
    let unused = "token has an unused permission:";
    assert_eq!(
        differences(&functions, &calls),
        [
            format!("{unused} dynamodb:Query on Table, KEYS"),
            format!("{unused} dynamodb:UpdateItem on Table, KEYS"),
            format!("{unused} dynamodb:DeleteItem on Table, CLIENT#*"),
            format!("{unused} dynamodb:DeleteItem on Table, KEYS"),
        ]
    );
}

#[tokio::test]
async fn a_missing_condition_is_reported() {
    let mut functions = Template::built_in().unwrap().functions;
    let calls = with_calls_by_aws(&functions, walk::calls().await);
    let metadata = functions.iter_mut().find(|one| one.binary == "metadata");
    for statement in &mut metadata.unwrap().statements {
        statement.condition = None;
    }
    assert_eq!(
        differences(&functions, &calls),
        ["metadata has a permission for all partitions: dynamodb:GetItem on Table"]
    );
}

#[tokio::test]
async fn a_call_without_permission_is_reported() {
    let functions = Template::built_in().unwrap().functions;
    let mut calls = with_calls_by_aws(&functions, walk::calls().await);
    let call = AwsCall {
        action: "dynamodb:GetItem".to_owned(),
        resource: "Table".to_owned(),
        partitions: vec!["ORG#1".to_owned()],
        via: None,
    };
    calls.insert(("metadata".to_owned(), call));
    assert_eq!(
        differences(&functions, &calls),
        ["metadata lacks a permission: dynamodb:GetItem on Table, ORG#1"]
    );
}
