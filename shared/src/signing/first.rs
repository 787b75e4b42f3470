use super::algorithm::SigningAlgorithm;
use super::key_set::KeySet;
use super::stored::StoredKeys;
use crate::fault::Fault;
use crate::model::Timestamp;
use crate::secrets::Secret;
use crate::store::Store;

/// Makes the key that signs from now on, unless there is one. Its public half is published before
/// the private one is there to sign; a run that is broken off between the two leaves a public key
/// that never signed.
///
/// # Errors
/// When DynamoDB or Secrets Manager does not do what it is asked; then it can be run again.
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
        // Another run was faster: this key signs nothing.
        KeySet::change(store, |set| set.withdraw(&public)).await?;
    }
    Ok(())
}
