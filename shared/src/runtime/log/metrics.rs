//! The metrics in a log line, in CloudWatch's embedded metric format: CloudWatch Logs extracts
//! metrics from the line's members, as `_aws` declares. Each name and each dimension value is a
//! metric that costs money. So there are few, and no caller chooses a dimension value.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::model::Timestamp;

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metric {
    name: &'static str,
    unit: &'static str,
}

impl Metric {
    pub(super) const TOKENS_ISSUED: Self = Self::new("TokensIssued", "Count");
    /// The only metric with a dimension: the line's `error`.
    pub(super) const TOKENS_REFUSED: Self = Self::new("TokensRefused", "Count");
    pub(super) const FAULTS: Self = Self::new("Faults", "Count");
    /// Requests that found a damaged client.
    pub(super) const DAMAGED_CLIENTS: Self = Self::new("DamagedClients", "Count");
    /// Recoveries of a client that an operator requested, failed ones included.
    pub(super) const CLIENT_RECOVERIES: Self = Self::new("ClientRecoveries", "Count");
    /// Tokens issued for a secret that ends soon.
    pub(super) const SECRETS_ENDING_SOON: Self = Self::new("SecretsEndingSoon", "Count");
    pub(super) const COLD_STARTS: Self = Self::new("ColdStarts", "Count");
    /// Only of requests that were issued a token.
    pub(super) const LATENCY: Self = Self::new("Latency", "Milliseconds");
    pub(super) const SIGNING_KEY_AGE: Self = Self::new("SigningKeyAge", "Seconds");

    const fn new(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit }
    }
}

/// The metrics of one line.
pub(super) struct Metrics<'a> {
    namespace: &'a str,
    at: Timestamp,
    values: MetricValues,
}

/// The values that a line may have.
pub(super) type MetricValues = [Option<(Metric, f64)>; 8];

impl<'a> Metrics<'a> {
    /// The `values` that are present, measured at this time; `None` if there are none.
    pub(super) fn new(namespace: &'a str, at: Timestamp, values: MetricValues) -> Option<Self> {
        values.iter().any(Option::is_some).then_some(Self {
            namespace,
            at,
            values,
        })
    }

    fn values(&self) -> impl Iterator<Item = (Metric, f64)> {
        self.values.iter().flatten().copied()
    }
}

/// The metrics as members of the line.
impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for (metric, value) in self.values() {
            members.serialize_entry(metric.name, &value)?;
        }
        members.serialize_entry("_aws", &EmfMetadata(self))?;
        members.end()
    }
}

struct EmfMetadata<'a>(&'a Metrics<'a>);

impl Serialize for EmfMetadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self.0;
        let mut members = serializer.serialize_map(Some(2))?;
        let milliseconds = metrics.at.epoch_seconds().saturating_mul(1_000);
        members.serialize_entry("Timestamp", &milliseconds)?;
        members.serialize_entry("CloudWatchMetrics", &Directives(metrics))?;
        members.end()
    }
}

/// One directive for each set of dimensions.
struct Directives<'a>(&'a Metrics<'a>);

impl Serialize for Directives<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let refused = |metric: Metric| metric == Metric::TOKENS_REFUSED;
        let directives = [true, false].into_iter().filter_map(|by_error| {
            let belongs = move |(metric, _): &(Metric, f64)| refused(*metric) == by_error;
            let directive = Directive {
                namespace: self.0.namespace,
                dimensions: [if by_error { &["error"] } else { &[] }],
                metrics: Definitions(self.0, by_error),
            };
            self.0
                .values()
                .any(|value| belongs(&value))
                .then_some(directive)
        });
        serializer.collect_seq(directives)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [&'static [&'static str]; 1],
    metrics: Definitions<'a>,
}

struct Definitions<'a>(&'a Metrics<'a>, bool);

impl Serialize for Definitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self.0.values().map(|(metric, _)| metric);
        serializer
            .collect_seq(metrics.filter(|metric| (*metric == Metric::TOKENS_REFUSED) == self.1))
    }
}
