//! The first signing key of a deployment.

use super::algorithm::SigningAlgorithm;
use super::key_set::KeySet;
use super::stored::StoredKeys;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::secrets::Secret;
use crate::store::Store;

/// Creates the first signing key, unless the secret has one. Its public key is published before the
/// private one is stored. If a run stops between the two, a public key stays that never signed.
///
/// # Errors
/// When a call to DynamoDB or Secrets Manager fails. Then it can be run again.
pub async fn make_first_key(
    store: &Store,
    secret: &Secret,
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Result<(), Fault> {
    if secret.has_text().await? {
        return Ok(());
    }
    let unusable = |_| Fault::SigningFailed;
    let keys = StoredKeys::first(algorithm, now).map_err(unusable)?;
    let public = keys.public().map_err(unusable)?;
    let text = keys.to_text().map_err(unusable)?;
    KeySet::change(store, |set| set.add(&public)).await?;
    if !secret.insert(&text).await? {
        // Another run was faster, so this key never signs.
        KeySet::change(store, |set| set.withdraw(&public)).await?;
    }
    Ok(())
}
