use aws_credential_types::Credentials;

use super::*;

/// The variables that Lambda sets, and `more`.
fn variables<const N: usize>(more: [(&str, &str); N]) -> Variables {
    let lambda = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "session"),
    ];
    lambda.into_iter().chain(more).collect()
}

fn configured(variables: &Variables) -> Result<SdkConfig, VariableError> {
    let region = Region::from_static("eu-central-1");
    let session = Some("session".to_owned());
    let credentials = Credentials::new("id", "secret", session, None, "test");
    sdk_config(variables, Some(region), credentials)
}

fn endpoints<const N: usize>(more: [(&str, &str); N]) -> [Option<String>; 2] {
    let config = configured(&variables(more)).unwrap();
    let dynamodb = aws_sdk_dynamodb::Config::from(&config);
    let secrets = aws_sdk_secretsmanager::Config::from(&config);
    [format!("{dynamodb:?}"), format!("{secrets:?}")].map(|config| {
        let (_, rest) = config.split_once("EndpointUrl(\"")?;
        rest.split_once('"').map(|(url, _)| url.to_owned())
    })
}

fn trusts_system_roots<const N: usize>(more: [(&str, &str); N]) -> bool {
    root_certificates(&variables(more)) == RootCertificates::System
}

#[test]
fn the_error_names_a_missing_variable_of_lambda() {
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        let error = configured(&variables([(name, "")])).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn without_endpoint_variables_the_endpoints_are_those_of_aws() {
    assert_eq!(endpoints([]), [None, None]);
}

#[test]
fn aws_endpoint_url_applies_to_every_service() {
    let here = Some("http://here".to_owned());
    let all = [("AWS_ENDPOINT_URL", "http://here")];
    assert_eq!(endpoints(all), [here.clone(), here]);
}

#[test]
fn the_endpoint_of_a_service_takes_precedence() {
    let own = [
        ("AWS_ENDPOINT_URL", "http://here"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://table"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://keys"),
    ];
    let [dynamodb, secrets] = endpoints(own);
    assert_eq!(dynamodb.as_deref(), Some("http://table"));
    assert_eq!(secrets.as_deref(), Some("http://keys"));
}

#[test]
fn endpoints_can_be_ignored() {
    let ignored = [
        ("AWS_ENDPOINT_URL", "http://here"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://table"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ];
    assert_eq!(endpoints(ignored), [None, None]);
}

#[test]
fn endpoints_of_aws_need_only_the_amazon_roots() {
    assert!(!trusts_system_roots([]));
    assert!(!trusts_system_roots([("AWS_REGION", "us-gov-west-1")]));
    assert!(!trusts_system_roots([(
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:8000"
    )]));
}

#[test]
fn other_endpoints_and_partitions_use_the_system_roots() {
    assert!(trusts_system_roots([(
        "AWS_ENDPOINT_URL_DYNAMODB",
        "https://db.example"
    )]));
    assert!(trusts_system_roots([("AWS_REGION", "cn-north-1")]));
    assert!(trusts_system_roots([("AWS_REGION", "us-iso-east-1")]));
    assert!(trusts_system_roots([("AWS_REGION", "eusc-de-east-1")]));
}

#[test]
fn named_root_certificates_replace_all_others() {
    let (file, directory) = ("/opt/ca.pem", "/opt/ca");
    let named = root_certificates(&variables([
        ("SSL_CERT_FILE", file),
        ("SSL_CERT_DIR", directory),
    ]));
    let (file, directory) = (Some(file.into()), Some(directory.into()));
    assert_eq!(named, RootCertificates::Named { file, directory });
}

#[test]
fn debug_output_has_no_secrets() {
    let config = configured(&variables([("AWS_ENDPOINT_URL", "http://here")])).unwrap();
    let printed = format!("{config:?}");
    assert!(
        !printed.contains("\"secret\"") && !printed.contains("\"session\""),
        "{printed}"
    );
}
