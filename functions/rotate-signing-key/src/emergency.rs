//! A key has leaked: every key that there is gives way to a new one, at once.

use shared::fault::Fault;
use shared::secrets::Label;
use shared::signing::{KeySet, StoredKeys, UnusableKey};

use crate::app::App;
use crate::error::RotationError;

/// Makes a key that signs at once, and leaves nothing else in the key set and in the secret.
///
/// The key set first: from then on what leaked opens nothing here, whatever fails after it. Until
/// the secret has followed, tokens are issued that nobody believes; invoking it again mends that.
pub(crate) async fn drop_every_older_key(app: &App) -> Result<(), RotationError> {
    let unusable = |_: UnusableKey| Fault::SigningFailed;
    let keys = StoredKeys::first(app.algorithm, app.clock.now()).map_err(unusable)?;
    let public = keys.public().map_err(unusable)?;
    let text = keys.to_text().map_err(unusable)?;
    KeySet::change(&app.store, |set| set.clone_from(&public)).await?;
    // Pending too: a rotation that is under way loses that label, and cannot bring the keys back.
    let version = app.randomness.uuid().map_err(Fault::from)?.to_string();
    let labels = [Label::Current, Label::Pending];
    if !app
        .signing_keys
        .insert_version(&version, &text, &labels)
        .await?
    {
        return Err(RotationError::Refused(
            "the new version's ID already exists",
        ));
    }
    // Of two at once, the one whose secret came last looks last.
    let published = KeySet::find(&app.store).await?.unwrap_or_default();
    if public.keys().all(|key| published.entry(key).is_some()) {
        Ok(())
    } else {
        Err(RotationError::Refused(
            "another emergency ran at the same time; invoke the function again",
        ))
    }
}
