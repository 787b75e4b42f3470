//! The emergency rotation: replaces every key at once, because one has leaked.

use shared::fault::Fault;
use shared::secrets::Label;
use shared::signing::{KeySet, StoredKeys, UnusableKey};

use crate::app::App;
use crate::error::RotationError;

/// Creates a key that signs at once, and makes it the only key in the key set and in the secret.
///
/// The key set comes first: from then on this service rejects tokens of the leaked key, even if a
/// later step fails. Until the secret follows, it also rejects the tokens that it issues; invoking
/// the function again fixes that.
pub(crate) async fn drop_every_older_key(app: &App) -> Result<(), RotationError> {
    let unusable = |_: UnusableKey| Fault::SigningFailed;
    let keys = StoredKeys::first(app.algorithm, app.clock.now()).map_err(unusable)?;
    let public = keys.public().map_err(unusable)?;
    let text = keys.to_text().map_err(unusable)?;
    KeySet::change(&app.store, |set| set.clone_from(&public)).await?;
    // Also as pending: a rotation in progress loses that label, and cannot bring the old keys back.
    let version = app.randomness.uuid().map_err(Fault::from)?.to_string();
    let labels = [Label::Current, Label::Pending];
    if !app
        .signing_keys
        .insert_version(&version, &text, &labels)
        .await?
    {
        return Err(RotationError::NotAllowed(
            "the new version's ID already exists",
        ));
    }
    // If two emergencies run at once, the one that wrote the secret last checks the key set last.
    let published = KeySet::find(&app.store).await?.unwrap_or_default();
    if public.keys().all(|key| published.entry(key).is_some()) {
        Ok(())
    } else {
        Err(RotationError::NotAllowed(
            "another emergency ran at the same time; invoke the function again",
        ))
    }
}
