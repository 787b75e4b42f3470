//! The properties of `template.yaml` that promises depend on. A stack without them deploys and
//! works, so no other test would notice.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use saphyr::{LoadableYamlNode as _, ScalarOwned as Scalar, YamlOwned as Yaml};

/// Path, value, and what depends on it.
const PROPERTIES: &[[&str; 3]] = &[
    [
        "Globals/Function/Timeout",
        "10",
        "the request's time limit of 8 s ends before Lambda's",
    ],
    [
        "Globals/Function/Runtime",
        "provided.al2023",
        "Lambda sets credentials as variables",
    ],
    [
        "Globals/Function/Environment/Variables/ISSUER",
        "!If [HasDomain, !Sub https://${DomainName}, ]",
        "one issuer",
    ],
    [
        "Resources/Api/Properties/Auth",
        "{EnableIamAuthorizer: false}",
        "sam deploy --guided does not ask about each function without an authorizer",
    ],
    [
        "Resources/Api/Properties/DisableExecuteApiEndpoint",
        "!If [HasDomain, true, false]",
        "one issuer",
    ],
    [
        "Resources/Api/Properties/DefaultRouteSettings",
        "{ThrottlingRateLimit: !Ref RequestsPerSecond, ThrottlingBurstLimit: !Ref RequestBurst}",
        "a flood costs no more than the limit",
    ],
    [
        "Resources/Api/Properties/RouteSettings",
        "{POST /oauth/token: {ThrottlingRateLimit: !Ref TokenRequestsPerSecond, \
         ThrottlingBurstLimit: !Ref TokenRequestBurst}, \
         GET /openapi.json: {ThrottlingRateLimit: 5, ThrottlingBurstLimit: 20}, \
         GET /.well-known/jwks.json: {ThrottlingRateLimit: !Ref RequestsPerSecond, \
         ThrottlingBurstLimit: !Ref RequestBurst}, \
         $default: {ThrottlingRateLimit: !Ref RequestsPerSecond, \
         ThrottlingBurstLimit: !Ref RequestBurst}}",
        "a flood of token requests or on unknown paths leaves the key set and management their own limits",
    ],
    [
        "Resources/Api/Properties/CorsConfiguration",
        "null",
        "the functions answer CORS; API Gateway would replace their headers",
    ],
    [
        "Globals/Function/Environment/Variables/ALLOWED_ORIGINS",
        "!Ref AllowedOrigins",
        "only pages of these origins use the API",
    ],
    [
        "Resources/Domain/Properties/MutualTlsAuthentication",
        "!If [HasTruststore, {TruststoreUri: !Ref TruststoreUri}, !Ref AWS::NoValue]",
        "with a front, no other caller reaches the API",
    ],
    [
        "Resources/Domain/Properties/DomainNameConfigurations",
        "[{CertificateArn: !Ref CertificateArn, EndpointType: REGIONAL, SecurityPolicy: TLS_1_2}]",
        "no TLS below 1.2",
    ],
    [
        "Resources/Table/Properties/DeletionProtectionEnabled",
        "!If [HasDeletionProtection, true, false]",
        "clients survive a deletion by mistake",
    ],
    [
        "Resources/Table/Properties/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
        "true",
        "the table can be restored",
    ],
    [
        "Resources/Table/Properties/BillingMode",
        "PAY_PER_REQUEST",
        "an idle stack costs almost nothing",
    ],
    [
        "Resources/Table/Properties/GlobalSecondaryIndexes",
        "[{IndexName: by-org, KeySchema: [{AttributeName: org, KeyType: HASH}, \
         {AttributeName: listing, KeyType: RANGE}], Projection: {ProjectionType: KEYS_ONLY}}, \
         {IndexName: by-name, KeySchema: [{AttributeName: org, KeyType: HASH}, \
         {AttributeName: name_listing, KeyType: RANGE}], Projection: {ProjectionType: KEYS_ONLY}}]",
        "the indexes have no copy of a secret's hash, and a list shows no former state",
    ],
    [
        "Resources/Table/Properties/TimeToLiveSpecification",
        "{AttributeName: expires_at, Enabled: true}",
        "expired items are deleted",
    ],
    [
        "Resources/TokenFunction/Properties/ReservedConcurrentExecutions",
        "!If [KeepsTokenConcurrency, !Ref TokenConcurrency, !Ref AWS::NoValue]",
        "other functions cannot starve the token function",
    ],
    [
        "Resources/SigningKeyRotation/Properties/RotateImmediatelyOnUpdate",
        "false",
        "a deployment rotates no key",
    ],
    [
        "Resources/SigningKeyRotation/Properties/RotationRules",
        "{AutomaticallyAfterDays: !Ref SigningKeyRotationDays}",
        "keys rotate on schedule",
    ],
    [
        "Resources/RotateSigningKeyPermission/Properties",
        "{FunctionName: !Ref RotateSigningKeyFunction, Action: lambda:InvokeFunction, \
         Principal: secretsmanager.amazonaws.com, SourceAccount: !Ref AWS::AccountId}",
        "no other account's secret rotates our keys",
    ],
    [
        "Resources/SigningKeysPolicy/Properties",
        "{SecretId: !Ref SigningKeys, BlockPublicPolicy: true, ResourcePolicy: \
         {Version: 2012-10-17, Statement: [{Effect: Deny, Principal: *, \
         Action: secretsmanager:GetSecretValue, Resource: *, Condition: {ArnNotEquals: \
         {aws:PrincipalArn: [!GetAtt TokenRole.Arn, !GetAtt RotateSigningKeyRole.Arn, \
         !If [HasServiceRole, !Ref ServiceRoleArn, !Ref AWS::NoValue], \
         !If [HasDeployer, !Ref DeployerArn, !Ref AWS::NoValue]]}}}, \
         {Effect: Deny, Principal: *, \
         Action: secretsmanager:GetSecretValue, Resource: *, Condition: {ArnNotEquals: \
         {aws:PrincipalArn: [!GetAtt TokenRole.Arn, !GetAtt RotateSigningKeyRole.Arn, \
         !If [HasServiceRole, !Ref ServiceRoleArn, !Ref AWS::NoValue]]}, \
         ForAllValues:StringNotEquals: {aws:CalledVia: cloudformation.amazonaws.com}}}]}}",
        "two roles read the private keys, and CloudFormation for the deployer",
    ],
    [
        "Resources/IdempotencyPepperPolicy/Properties",
        "{SecretId: !Ref IdempotencyPepper, BlockPublicPolicy: true, ResourcePolicy: \
         {Version: 2012-10-17, Statement: [{Effect: Deny, Principal: *, \
         Action: secretsmanager:GetSecretValue, Resource: *, Condition: {ArnNotEquals: \
         {aws:PrincipalArn: [!GetAtt CreateClientRole.Arn, !GetAtt RotateSecretRole.Arn, \
         !If [HasServiceRole, !Ref ServiceRoleArn, !Ref AWS::NoValue], \
         !If [HasDeployer, !Ref DeployerArn, !Ref AWS::NoValue]]}}}, \
         {Effect: Deny, Principal: *, \
         Action: secretsmanager:GetSecretValue, Resource: *, Condition: {ArnNotEquals: \
         {aws:PrincipalArn: [!GetAtt CreateClientRole.Arn, !GetAtt RotateSecretRole.Arn, \
         !If [HasServiceRole, !Ref ServiceRoleArn, !Ref AWS::NoValue]]}, \
         ForAllValues:StringNotEquals: {aws:CalledVia: cloudformation.amazonaws.com}}}]}}",
        "two roles read the pepper, and CloudFormation for the deployer",
    ],
    [
        "Resources/IdempotencyPepper/Properties/GenerateSecretString",
        "{PasswordLength: 64, ExcludePunctuation: true}",
        "a deployment keeps the pepper: CloudFormation generates another one if this changes",
    ],
    [
        "Resources/Initialization/Properties/ServiceTimeout",
        "420",
        "Lambda's retries fit into CloudFormation's wait",
    ],
];

/// Alarm, comparison, threshold, missing data.
const ALARMS: &[[&str; 4]] = &[
    [
        "ServerErrorsAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
    [
        "RequestRateAlarm",
        "GreaterThanThreshold",
        "50",
        "notBreaching",
    ],
    [
        "FunctionThrottlesAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
    [
        "TableThrottlesAlarm",
        "GreaterThanOrEqualToThreshold",
        "10",
        "notBreaching",
    ],
    [
        "DamagedClientsAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
    [
        "ClientRecoveriesAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
    [
        "RefusedAuthenticationsAlarm",
        "GreaterThanOrEqualToThreshold",
        "100",
        "notBreaching",
    ],
    [
        "SecretsEndingSoonAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
    [
        "SigningKeyAgeAlarm",
        "GreaterThanThreshold",
        "8640000",
        "ignore",
    ],
    [
        "RotationFailedAlarm",
        "GreaterThanOrEqualToThreshold",
        "1",
        "notBreaching",
    ],
];

pub(crate) fn template() -> Yaml {
    Yaml::load_from_str(include_str!("../../template.yaml"))
        .unwrap()
        .remove(0)
}

pub(crate) fn at<'a>(template: &'a Yaml, path: &str) -> &'a Yaml {
    const NOTHING: &Yaml = &Yaml::Value(Scalar::Null);
    path.split('/').fold(template, |value, key| {
        value.as_mapping_get(key).unwrap_or(NOTHING)
    })
}

/// The default of a parameter.
pub(crate) fn default_number(parameter: &str) -> u32 {
    let default = format!("Parameters/{parameter}/Default");
    text(at(&template(), &default)).parse().unwrap()
}

/// One line of text: `!Ref X`, `[a, b]`, `{key: value}`.
pub(crate) fn text(value: &Yaml) -> String {
    match value {
        Yaml::Value(Scalar::Null) => "null".to_owned(),
        Yaml::Value(Scalar::Boolean(truth)) => truth.to_string(),
        Yaml::Value(Scalar::Integer(number)) => number.to_string(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.to_string(),
        Yaml::Value(Scalar::String(text)) => text.clone(),
        Yaml::Sequence(items) => {
            let items: Vec<_> = items.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        Yaml::Mapping(entries) => {
            let entries = entries.iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| format!("{}: {}", text(key), text(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Yaml::Tagged(tag, argument) => format!("!{} {}", tag.suffix, text(argument)),
        other => format!("{other:?}"),
    }
}

/// The resources of a type, by logical id.
pub(crate) fn resources<'a>(template: &'a Yaml, kind: &str) -> Vec<(String, &'a Yaml)> {
    let all = at(template, "Resources").as_mapping().unwrap().iter();
    all.filter(|(_, resource)| text(at(resource, "Type")) == kind)
        .map(|(id, resource)| (text(id), resource))
        .collect()
}

#[test]
fn every_property_that_a_promise_depends_on_has_its_value() {
    let template = template();
    for [path, value, promise] in PROPERTIES {
        assert_eq!(text(at(&template, path)), *value, "{path}: {promise}");
    }
}

#[test]
fn every_secret_is_encrypted_with_the_key_of_the_parameters_and_none_has_a_value_in_the_template() {
    let template = template();
    for (id, secret) in resources(&template, "AWS::SecretsManager::Secret") {
        let key = text(at(secret, "Properties/KmsKeyId"));
        assert_eq!(
            key, "!If [HasKmsKey, !Ref KmsKeyArn, !Ref AWS::NoValue]",
            "{id}"
        );
        let value = |name| text(at(secret, &format!("Properties/{name}")));
        assert_eq!(value("SecretString"), "null", "{id}");
        let is_generated = value("GenerateSecretString") != "null";
        assert_eq!(is_generated, id == "IdempotencyPepper", "{id}");
    }
}

/// A path, a query or a header may contain a secret that a caller put there.
#[test]
fn the_access_log_has_no_field_that_a_caller_can_fill() {
    let template = template();
    let format = text(at(
        &template,
        "Resources/Api/Properties/AccessLogSettings/Format",
    ));
    let fields: Vec<_> = format
        .split("$context.")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(
        fields,
        [
            "requestId",
            "requestTimeEpoch",
            "routeKey",
            "status",
            "error.responseType",
            "responseLatency",
            "integrationLatency",
            "identity.sourceIp",
        ]
    );
}

#[test]
fn every_alarm_has_its_threshold_and_notifies_the_topic_in_both_directions() {
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    assert_eq!(alarms.len(), ALARMS.len());
    for [id, comparison, threshold, missing] in ALARMS {
        let (_, alarm) = alarms.iter().find(|(name, _)| name == id).unwrap();
        assert_eq!(text(at(alarm, "Condition")), "IsMonitored", "{id}");
        for (property, value) in [
            ("ComparisonOperator", *comparison),
            ("Threshold", threshold),
            ("TreatMissingData", missing),
            ("EvaluationPeriods", "1"),
            (
                "AlarmActions",
                "!If [HasAlarmTopic, [!Ref AlarmTopic], !Ref AWS::NoValue]",
            ),
            (
                "OKActions",
                "!If [HasAlarmTopic, [!Ref AlarmTopic], !Ref AWS::NoValue]",
            ),
        ] {
            let found = text(at(alarm, &format!("Properties/{property}")));
            assert_eq!(found, value, "{id}: {property}");
        }
    }
}

/// API Gateway rejects a stage with settings for a route that does not exist.
#[test]
fn every_route_setting_is_for_a_route_of_the_template() {
    let template = template();
    let settings = at(&template, "Resources/Api/Properties/RouteSettings");
    let functions = local::Template::built_in().unwrap().functions;
    let routes: Vec<_> = functions
        .iter()
        .flat_map(|function| &function.routes)
        .map(local::Route::key)
        .collect();
    for (route, _) in settings.as_mapping().unwrap().iter() {
        assert!(routes.contains(&text(route)), "{}", text(route));
    }
}

/// The lowest rate limit of an account in any region is 2,500 requests per second, with a burst of
/// 1,250. The limits of the template together leave most of it to other APIs.
#[test]
fn the_default_limits_fit_into_the_limits_of_every_account() {
    let default = default_number;
    let rate = default("TokenRequestsPerSecond") + 3 * default("RequestsPerSecond");
    let burst = default("TokenRequestBurst") + 3 * default("RequestBurst");
    assert!(rate <= 2_500 / 4, "{rate}");
    assert!(burst <= 1_250, "{burst}");
}
