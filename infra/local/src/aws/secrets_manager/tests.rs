use super::*;

const FIRST: &str = "11111111-1111-1111-1111-111111111111";
const SECOND: &str = "22222222-2222-2222-2222-222222222222";
const THIRD: &str = "33333333-3333-3333-3333-333333333333";

fn call(secrets: &SecretsManager, operation: &str, request: &Json) -> Result<Json, String> {
    let response = secrets.run(operation, request.to_string().as_bytes());
    let body: Json = serde_json::from_str(&response.body).unwrap();
    if response.status == 200 {
        Ok(body)
    } else {
        Err(body["__type"].as_str().unwrap().to_owned())
    }
}

fn with_a_secret() -> SecretsManager {
    let secrets = SecretsManager::ephemeral();
    call(&secrets, "CreateSecret", &json!({ "Name": "name" })).unwrap();
    secrets
}

fn put(secrets: &SecretsManager, token: &str, value: &str) -> Result<Json, String> {
    let request = json!({ "SecretId": "name", "ClientRequestToken": token, "SecretString": value });
    call(secrets, "PutSecretValue", &request)
}

fn value(secrets: &SecretsManager, stage: &str) -> Result<String, String> {
    let request = json!({ "SecretId": "name", "VersionStage": stage });
    let secret = call(secrets, "GetSecretValue", &request)?;
    Ok(secret["SecretString"].as_str().unwrap().to_owned())
}

fn stages(secrets: &SecretsManager) -> Json {
    let secret = call(secrets, "DescribeSecret", &json!({ "SecretId": "name" })).unwrap();
    secret["VersionIdsToStages"].clone()
}

#[test]
fn a_new_secret_has_no_value() {
    let secrets = with_a_secret();
    let not_found = Err("ResourceNotFoundException".to_owned());
    assert_eq!(value(&secrets, "AWSCURRENT"), not_found);
    assert!(!secrets.has_values());
    let other = json!({ "SecretId": "other" });
    assert_eq!(
        call(&secrets, "GetSecretValue", &other).map(|_| String::new()),
        not_found
    );
}

#[test]
fn a_new_current_version_makes_the_old_one_previous() {
    let secrets = with_a_secret();
    put(&secrets, FIRST, "one").unwrap();
    put(&secrets, SECOND, "two").unwrap();
    assert_eq!(value(&secrets, "AWSCURRENT").unwrap(), "two");
    assert_eq!(value(&secrets, "AWSPREVIOUS").unwrap(), "one");
    put(&secrets, THIRD, "three").unwrap();
    assert_eq!(
        stages(&secrets),
        json!({ SECOND: ["AWSPREVIOUS"], THIRD: ["AWSCURRENT"] })
    );
    assert_eq!(secrets.current("name").unwrap(), "three");
}

#[test]
fn a_repeated_put_changes_nothing_and_a_different_value_is_rejected() {
    let secrets = with_a_secret();
    put(&secrets, FIRST, "one").unwrap();
    put(&secrets, SECOND, "two").unwrap();
    put(&secrets, FIRST, "one").unwrap();
    assert_eq!(value(&secrets, "AWSCURRENT").unwrap(), "two");
    let error = put(&secrets, SECOND, "other").unwrap_err();
    assert_eq!(error, "ResourceExistsException");
    assert_eq!(value(&secrets, "AWSCURRENT").unwrap(), "two");
}

#[test]
fn moving_the_label_makes_a_pending_version_current() {
    let secrets = with_a_secret();
    put(&secrets, FIRST, "one").unwrap();
    let pending = json!({
        "SecretId": "name", "ClientRequestToken": SECOND, "SecretString": "two",
        "VersionStages": ["AWSPENDING"],
    });
    call(&secrets, "PutSecretValue", &pending).unwrap();
    assert_eq!(value(&secrets, "AWSCURRENT").unwrap(), "one");
    let mut step = json!({
        "SecretId": "name", "VersionStage": "AWSCURRENT", "MoveToVersionId": SECOND,
    });
    let without_from = call(&secrets, "UpdateSecretVersionStage", &step).unwrap_err();
    assert_eq!(without_from, "InvalidParameterException");
    step["RemoveFromVersionId"] = FIRST.into();
    call(&secrets, "UpdateSecretVersionStage", &step).unwrap();
    assert_eq!(
        stages(&secrets),
        json!({ FIRST: ["AWSPREVIOUS"], SECOND: ["AWSCURRENT", "AWSPENDING"] })
    );
    let remove_pending = json!({
        "SecretId": "name", "VersionStage": "AWSPENDING", "RemoveFromVersionId": SECOND,
    });
    call(&secrets, "UpdateSecretVersionStage", &remove_pending).unwrap();
    assert_eq!(
        stages(&secrets),
        json!({ FIRST: ["AWSPREVIOUS"], SECOND: ["AWSCURRENT"] })
    );
}

#[test]
fn a_rotation_creates_an_empty_version_and_blocks_others_until_it_is_current() {
    let secrets = with_a_secret();
    put(&secrets, FIRST, "one").unwrap();
    let rotate = |token: &str| {
        let request = json!({ "SecretId": "name", "ClientRequestToken": token });
        call(&secrets, "RotateSecret", &request)
    };
    for _ in 0..2 {
        rotate(SECOND).unwrap();
        assert_eq!(
            stages(&secrets),
            json!({ FIRST: ["AWSCURRENT"], SECOND: ["AWSPENDING"] })
        );
    }
    let empty = value(&secrets, "AWSPENDING").unwrap_err();
    assert_eq!(empty, "ResourceNotFoundException");
    assert_eq!(rotate(THIRD).unwrap_err(), "InvalidRequestException");
    let pending = json!({
        "SecretId": "name", "ClientRequestToken": SECOND, "SecretString": "two",
        "VersionStages": ["AWSPENDING"],
    });
    call(&secrets, "PutSecretValue", &pending).unwrap();
    assert_eq!(value(&secrets, "AWSPENDING").unwrap(), "two");
    let step = json!({
        "SecretId": "name", "VersionStage": "AWSCURRENT",
        "RemoveFromVersionId": FIRST, "MoveToVersionId": SECOND,
    });
    call(&secrets, "UpdateSecretVersionStage", &step).unwrap();
    rotate(THIRD).unwrap();
    assert_eq!(
        stages(&secrets),
        json!({ FIRST: ["AWSPREVIOUS"], SECOND: ["AWSCURRENT"], THIRD: ["AWSPENDING"] })
    );
}

#[test]
fn get_accepts_a_version_id_and_an_arn() {
    let secrets = with_a_secret();
    let arn = put(&secrets, FIRST, "one").unwrap()["ARN"].clone();
    put(&secrets, SECOND, "two").unwrap();
    let request = json!({ "SecretId": arn, "VersionId": FIRST });
    let secret = call(&secrets, "GetSecretValue", &request).unwrap();
    assert_eq!(secret["SecretString"], "one");
    let request = json!({ "SecretId": arn, "VersionId": FIRST, "VersionStage": "AWSCURRENT" });
    let error = call(&secrets, "GetSecretValue", &request).unwrap_err();
    assert_eq!(error, "InvalidRequestException");
    let request = json!({ "SecretId": arn, "VersionId": THIRD });
    let error = call(&secrets, "GetSecretValue", &request).unwrap_err();
    assert_eq!(error, "ResourceNotFoundException");
}

#[test]
fn a_failed_write_names_the_file_and_changes_nothing() {
    let path = PathBuf::from("/dev/null/secrets.json");
    let secrets = SecretsManager::new(StoredSecrets::new(), Some(path));
    let response = secrets.run("CreateSecret", br#"{"Name":"name"}"#);
    assert_eq!(response.status, 500);
    let reason = "cannot write /dev/null/secrets.json: Not a directory";
    assert!(response.body.contains(reason), "{}", response.body);
    assert!(secrets.is_empty());
}

#[test]
fn a_generated_text_has_the_length_and_no_punctuation() {
    let form = json!({ "PasswordLength": 64, "ExcludePunctuation": true });
    let [one, other] = [(); 2].map(|()| generated::text(&form).unwrap());
    assert_ne!(one, other);
    for text in [one, other] {
        assert_eq!(text.len(), 64);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
    for other in [
        json!({ "PasswordLength": 64, "ExcludePunctuation": false }),
        json!({ "PasswordLength": 64, "ExcludePunctuation": true, "IncludeSpace": true }),
    ] {
        assert!(generated::text(&other).is_err(), "{other}");
    }
}

/// A crash may come after the secrets were created and before the table was: nothing is lost then.
#[test]
fn a_generated_version_is_no_value_that_a_function_stored() {
    let secrets = SecretsManager::ephemeral();
    let token = generated::VERSION;
    let create =
        json!({ "Name": "name", "ClientRequestToken": token, "SecretString": "generated" });
    call(&secrets, "CreateSecret", &create).unwrap();
    assert_eq!(value(&secrets, "AWSCURRENT").unwrap(), "generated");
    assert!(!secrets.has_values());
    put(&secrets, FIRST, "one").unwrap();
    assert!(secrets.has_values());
}
