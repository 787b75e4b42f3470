//! What the template allows each function, beside the AWS calls that the function makes: each right
//! is used, and each call has its right. That a call without its right fails is what the local
//! service sees to, in every other test.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod comparison;
mod walk;

use local::{Call, Template};

use comparison::{differences, with_what_aws_does};

#[tokio::test]
async fn no_function_may_do_what_it_does_not_do_or_does_what_it_may_not_do() {
    let functions = Template::built_in().unwrap().functions;
    let calls = with_what_aws_does(&functions, walk::calls().await);
    assert_eq!(differences(&functions, &calls), Vec::<String>::new());
}

#[tokio::test]
async fn a_right_that_nothing_uses_is_found() {
    let mut functions = Template::built_in().unwrap().functions;
    let calls = with_what_aws_does(&functions, walk::calls().await);
    let token = functions.iter_mut().find(|one| one.binary == "token");
    let statements = &mut token.unwrap().statements;
    let on_table = |one: &&mut local::Statement| one.resources == ["Table"];
    let right = statements.iter_mut().find(on_table).unwrap();
    right.actions.push("dynamodb:DeleteItem".to_owned());
    let Some(local::Condition::Partitions(partitions)) = &mut right.condition else {
        panic!("a condition on partitions");
    };
    partitions.push("KEYS".to_owned());
    let unused = "token may, and never does:";
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
async fn a_condition_that_is_missing_is_found() {
    let mut functions = Template::built_in().unwrap().functions;
    let calls = with_what_aws_does(&functions, walk::calls().await);
    let metadata = functions.iter_mut().find(|one| one.binary == "metadata");
    for statement in &mut metadata.unwrap().statements {
        statement.condition = None;
    }
    assert_eq!(
        differences(&functions, &calls),
        ["metadata may in every partition: dynamodb:GetItem on Table"]
    );
}

#[tokio::test]
async fn a_call_without_its_right_is_found() {
    let functions = Template::built_in().unwrap().functions;
    let mut calls = with_what_aws_does(&functions, walk::calls().await);
    let call = Call {
        action: "dynamodb:GetItem".to_owned(),
        resource: "Table".to_owned(),
        partitions: vec!["ORG#1".to_owned()],
        via: None,
    };
    calls.insert(("metadata".to_owned(), call));
    assert_eq!(
        differences(&functions, &calls),
        ["metadata does, and may not: dynamodb:GetItem on Table, ORG#1"]
    );
}
