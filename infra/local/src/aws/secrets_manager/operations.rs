//! The operations of Secrets Manager.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::protocol::ServiceError;
use super::versions::{CURRENT, PENDING, SecretValue, StoredSecret, StoredSecrets, Version};

/// The response document of an operation, or its error.
type Responded = Result<Json, ServiceError>;

const ARN_PREFIX: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";
/// AWS appends six random characters to an ARN.
const ARN_SUFFIX: &str = "-000000";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateSecret {
    name: String,
    client_request_token: Option<String>,
    #[serde(flatten)]
    value: RequestedValue,
}

pub(super) fn create(secrets: &mut StoredSecrets, request: CreateSecret, now: u64) -> Responded {
    if secrets.contains_key(&request.name) {
        return Err(ServiceError::Exists(format!(
            "The operation failed because the secret {} already exists.",
            request.name
        )));
    }
    let mut secret = StoredSecret {
        arn: format!("{ARN_PREFIX}{}{ARN_SUFFIX}", request.name),
        created: now,
        versions: [].into(),
    };
    let mut id = None;
    if let Some(value) = request.value.parse()? {
        let new = version_id(request.client_request_token)?;
        put(
            &mut secret,
            &new,
            value,
            &BTreeSet::from([CURRENT.to_owned()]),
            now,
        );
        id = Some(new);
    }
    let result = json!({ "ARN": secret.arn, "Name": request.name, "VersionId": id });
    secrets.insert(request.name, secret);
    Ok(result)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutValue {
    secret_id: String,
    client_request_token: Option<String>,
    version_stages: Option<BTreeSet<String>>,
    #[serde(flatten)]
    value: RequestedValue,
}

pub(super) fn put_value(secrets: &mut StoredSecrets, request: PutValue, now: u64) -> Responded {
    let name = name_of(secrets, &request.secret_id)?;
    let secret = secrets.get_mut(&name).ok_or_else(no_secret)?;
    let value = request.value.parse()?.ok_or_else(|| {
        ServiceError::InvalidParameter(
            "You must provide either SecretString or SecretBinary.".into(),
        )
    })?;
    let id = version_id(request.client_request_token)?;
    let labels = request
        .version_stages
        .unwrap_or_else(|| BTreeSet::from([CURRENT.to_owned()]));
    match secret.versions.get(&id) {
        None => put(secret, &id, value, &labels, now),
        Some(version) if version.value == SecretValue::Nothing => {
            put(secret, &id, value, &labels, now);
        }
        // A retry of the same request: the operation is idempotent.
        Some(version) if version.value == value => {}
        Some(_) => {
            return Err(ServiceError::Exists(format!(
                "You can't use ClientRequestToken {id} because that value is already in use for a \
                 version of secret {}.",
                secret.arn
            )));
        }
    }
    let labels = secret.versions.get(&id).map(|version| &version.labels);
    Ok(json!({ "ARN": secret.arn, "Name": name, "VersionId": id, "VersionStages": labels }))
}

fn put(
    secret: &mut StoredSecret,
    id: &str,
    value: SecretValue,
    labels: &BTreeSet<String>,
    now: u64,
) {
    let version = Version {
        value,
        labels: BTreeSet::new(),
        created: now,
    };
    secret.versions.insert(id.to_owned(), version);
    for label in labels {
        secret.move_label(label, Some(id));
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rotate {
    secret_id: String,
    client_request_token: Option<String>,
}

/// Begins a rotation: creates an empty pending version, which the rotation function fills.
pub(super) fn rotate(secrets: &mut StoredSecrets, request: Rotate, now: u64) -> Responded {
    let name = name_of(secrets, &request.secret_id)?;
    let secret = secrets.get_mut(&name).ok_or_else(no_secret)?;
    let id = version_id(request.client_request_token)?;
    let pending = secret.version_with(PENDING);
    if pending.is_some_and(|pending| pending != id && secret.version_with(CURRENT) != Some(pending))
    {
        return Err(ServiceError::InvalidRequest(
            "A previous rotation isn't complete. That rotation will be reattempted.".into(),
        ));
    }
    if !secret.versions.contains_key(&id) {
        let pending = BTreeSet::from([PENDING.to_owned()]);
        put(secret, &id, SecretValue::Nothing, &pending, now);
    }
    Ok(json!({ "ARN": secret.arn, "Name": name, "VersionId": id }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetValue {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

pub(super) fn get_value(secrets: &StoredSecrets, request: GetValue) -> Responded {
    let name = name_of(secrets, &request.secret_id)?;
    let secret = secrets.get(&name).ok_or_else(no_secret)?;
    let (id, missing) = match (request.version_id, request.version_stage) {
        (Some(id), stage) => {
            if stage.is_some_and(|stage| secret.version_with(&stage) != Some(&id)) {
                return Err(ServiceError::InvalidRequest(
                    "You provided a VersionStage that is not associated to the provided VersionId."
                        .into(),
                ));
            }
            let missing = format!("VersionId: {id}");
            (Some(id), missing)
        }
        (None, stage) => {
            let stage = stage.unwrap_or_else(|| CURRENT.to_owned());
            let id = secret.version_with(&stage).map(str::to_owned);
            (id, format!("staging label: {stage}"))
        }
    };
    let found = id.and_then(|id| secret.versions.get(&id).map(|version| (id, version)));
    let (id, version) = found.ok_or_else(|| no_value(&missing))?;
    let (text, binary) = match &version.value {
        SecretValue::Text(text) => (Some(text), None),
        SecretValue::Binary(base64) => (None, Some(base64)),
        SecretValue::Nothing => return Err(no_value(&format!("VersionId: {id}"))),
    };
    Ok(json!({
        "ARN": secret.arn,
        "Name": name,
        "VersionId": id,
        "VersionStages": version.labels,
        "CreatedDate": version.created,
        "SecretString": text,
        "SecretBinary": binary,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateVersionStage {
    secret_id: String,
    version_stage: String,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

pub(super) fn update_version_stage(
    secrets: &mut StoredSecrets,
    request: UpdateVersionStage,
) -> Responded {
    let name = name_of(secrets, &request.secret_id)?;
    let secret = secrets.get_mut(&name).ok_or_else(no_secret)?;
    let label = request.version_stage;
    let (from, to) = (request.remove_from_version_id, request.move_to_version_id);
    if let Some(id) = from
        .iter()
        .chain(&to)
        .find(|id| !secret.versions.contains_key(*id))
    {
        return Err(no_value(&format!("VersionId: {id}")));
    }
    let holder = secret.version_with(&label);
    if holder != from.as_deref() && (from.is_some() || holder != to.as_deref()) {
        return Err(ServiceError::InvalidParameter(format!(
            "RemoveFromVersionId has to name the version that the staging label {label} is \
             attached to: {}.",
            holder.unwrap_or("none")
        )));
    }
    if label == CURRENT && to.is_none() {
        return Err(ServiceError::InvalidParameter(
            "You can only move staging label AWSCURRENT to a different secret version. It can't be \
             completely removed."
                .into(),
        ));
    }
    secret.move_label(&label, to.as_deref());
    Ok(json!({ "ARN": secret.arn, "Name": name }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    secret_id: String,
}

pub(super) fn describe(secrets: &StoredSecrets, request: &Describe) -> Responded {
    let name = name_of(secrets, &request.secret_id)?;
    let secret = secrets.get(&name).ok_or_else(no_secret)?;
    // Versions without a label are deprecated, and not listed.
    let stages: Map<String, Json> = secret
        .versions
        .iter()
        .filter(|(_, version)| !version.labels.is_empty())
        .map(|(id, version)| (id.clone(), json!(version.labels)))
        .collect();
    Ok(json!({
        "ARN": secret.arn,
        "Name": name,
        "CreatedDate": secret.created,
        "VersionIdsToStages": stages,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RequestedValue {
    secret_string: Option<String>,
    secret_binary: Option<String>,
}

impl RequestedValue {
    fn parse(self) -> Result<Option<SecretValue>, ServiceError> {
        match (self.secret_string, self.secret_binary) {
            (Some(_), Some(_)) => Err(ServiceError::InvalidParameter(
                "You can't specify both a binary secret value and a string secret value.".into(),
            )),
            (Some(text), None) => Ok(Some(SecretValue::Text(text))),
            (None, binary) => Ok(binary.map(SecretValue::Binary)),
        }
    }
}

fn version_id(token: Option<String>) -> Result<String, ServiceError> {
    token
        .filter(|token| (32..=64).contains(&token.len()))
        .ok_or_else(|| {
            ServiceError::InvalidParameter(
                "ClientRequestToken must be 32-64 characters long.".into(),
            )
        })
}

/// The name of the secret with this name or ARN.
fn name_of(secrets: &StoredSecrets, id: &str) -> Result<String, ServiceError> {
    secrets
        .iter()
        .find(|(name, secret)| *name == id || secret.arn == id)
        .map(|(name, _)| name.clone())
        .ok_or_else(no_secret)
}

fn no_secret() -> ServiceError {
    ServiceError::NotFound("Secrets Manager can't find the specified secret.".into())
}

fn no_value(which: &str) -> ServiceError {
    ServiceError::NotFound(format!(
        "Secrets Manager can't find the specified secret value for {which}"
    ))
}
