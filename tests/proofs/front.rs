//! The properties of `infra/front.yaml` that promises depend on.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use saphyr::{LoadableYamlNode as _, YamlOwned as Yaml};

use crate::template::{at, text};

const DISTRIBUTION: &str = "Resources/Distribution/Properties/DistributionConfig";

/// The rules of the web ACL, in the order of their priorities.
const RULES: &[&str] = &[
    "!If [HasBlockedAddresses, {Name: blocked-addresses, Priority: 0, Action: {Block: {}}, \
     Statement: {IPSetReferenceStatement: {Arn: !GetAtt Blocked.Arn}}, \
     VisibilityConfig: {CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, \
     MetricName: blocked-addresses}}, !Ref AWS::NoValue]",
    "{Name: requests-per-minute, Priority: 1, \
     Action: {Block: {CustomResponse: {ResponseCode: 429}}}, \
     Statement: {RateBasedStatement: {AggregateKeyType: IP, EvaluationWindowSec: 60, \
     Limit: !Ref RequestsPerMinute}}, \
     VisibilityConfig: {CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, \
     MetricName: requests-per-minute}}",
    "{Name: large-bodies, Priority: 2, \
     Action: {Block: {CustomResponse: {ResponseCode: 413}}}, \
     Statement: {SizeConstraintStatement: {FieldToMatch: {Body: {OversizeHandling: MATCH}}, \
     ComparisonOperator: GE, Size: 16384, TextTransformations: [{Priority: 0, Type: NONE}]}}, \
     VisibilityConfig: {CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, \
     MetricName: large-bodies}}",
];

/// Path, value, and what depends on it.
const PROPERTIES: &[[&str; 3]] = &[
    [
        "DefaultCacheBehavior/CachePolicyId",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "no token and no answer to a bearer token is cached",
    ],
    [
        "DefaultCacheBehavior/OriginRequestPolicyId",
        "216adef6-5c7f-47e4-b989-5492eafa07d3",
        "API Gateway gets the host that selects the domain, and credentials",
    ],
    [
        "DefaultCacheBehavior/ViewerProtocolPolicy",
        "https-only",
        "no redirect makes a client send a secret unencrypted",
    ],
    [
        "ViewerCertificate/MinimumProtocolVersion",
        "TLSv1.2_2021",
        "no TLS below 1.2",
    ],
    [
        "WebACLId",
        "!GetAtt Firewall.Arn",
        "requests are limited per address",
    ],
    [
        "IPV6Enabled",
        "false",
        "no sender has more addresses than a limit per address can count",
    ],
    [
        "Origins",
        "[{Id: api, DomainName: !Ref OriginDomainName, \
         CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2], \
         OriginMtlsConfig: {ClientCertificateArn: !Ref ClientCertificateArn}}}]",
        "CloudFront sends requests only to the API, encrypted and with its certificate",
    ],
];

fn front() -> Yaml {
    let text = include_str!("../../infra/front.yaml");
    Yaml::load_from_str(text).unwrap().remove(0)
}

#[test]
fn every_property_of_the_front_that_a_promise_depends_on_has_its_value() {
    let front = front();
    let distribution = at(&front, DISTRIBUTION);
    for [path, value, promise] in PROPERTIES {
        assert_eq!(text(at(distribution, path)), *value, "{path}: {promise}");
    }
}

#[test]
fn the_firewall_blocks_by_address_by_rate_and_by_size() {
    let front = front();
    let rules = at(&front, "Resources/Firewall/Properties/Rules");
    let rules: Vec<_> = rules.as_sequence().unwrap().iter().map(text).collect();
    assert_eq!(rules, RULES);
}

/// A new key signs only after a cache in front can have the new key set: `MAX_AGE` in
/// `shared/src/signing/times.rs`.
#[test]
fn the_front_caches_only_the_key_set_and_not_longer_than_its_max_age() {
    let front = front();
    let cache = "Resources/KeySetCache/Properties/CachePolicyConfig";
    let ages =
        ["MinTTL", "DefaultTTL", "MaxTTL"].map(|age| text(at(&front, &format!("{cache}/{age}"))));
    assert_eq!(ages, ["0", "0", "300"]);
    let behaviors = text(at(&front, &format!("{DISTRIBUTION}/CacheBehaviors")));
    assert_eq!(behaviors.matches("PathPattern: ").count(), 1, "{behaviors}");
    assert!(
        behaviors.contains("PathPattern: /.well-known/jwks.json"),
        "{behaviors}"
    );
}

/// By default, `CloudFront` caches these errors for ten seconds, and its key has no `Authorization`.
#[test]
fn the_front_caches_no_error() {
    let front = front();
    let errors = text(at(&front, &format!("{DISTRIBUTION}/CustomErrorResponses")));
    for code in [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] {
        let entry = format!("{{ErrorCode: {code}, ErrorCachingMinTTL: 0}}");
        assert!(errors.contains(&entry), "{code}: {errors}");
    }
}
