//! The four steps in which Secrets Manager rotates a secret. Each can be repeated, after a crash
//! at any point too.

use shared::fault::Fault;
use shared::model::Timestamp;
use shared::secrets::{Label, Versions};
use shared::signing::{KeySet, NewKey, StoredKeys, UnusableKey};

use crate::app::App;
use crate::error::RotationError;
use crate::event::{Rotation, RotationStep};

/// Does one step.
pub(crate) async fn run(app: &App, rotation: &Rotation) -> Result<(), RotationError> {
    let versions = app.signing_keys.versions().await?;
    if rotation.secret_id != versions.arn {
        return Err(RotationError::Refused(
            "this function rotates a different secret",
        ));
    }
    let current = versions.with(Label::Current);
    let current = current.ok_or(RotationError::Refused(
        "the secret has no current version; check that bootstrap has run",
    ))?;
    let token = &rotation.client_request_token;
    match rotation.step {
        // Finished before, but perhaps not told to the key set.
        RotationStep::FinishSecret if current == token => {
            settle(app, &read(app, current).await?).await
        }
        _ if current == token => Ok(()),
        RotationStep::CreateSecret => create(app, &versions, current, token).await,
        // The key set, where a key comes into force, has the new key before the secret does.
        RotationStep::SetSecret => pending(app, &versions, current, token).await.map(drop),
        RotationStep::TestSecret if !is_new(app, &versions, current, token).await? => {
            let keys = read(app, current).await?;
            judge(app, "current", &keys, &keys).await.map(drop)
        }
        RotationStep::TestSecret => test(app, &versions, current, token).await.map(drop),
        RotationStep::FinishSecret => finish(app, &versions, current, token).await,
    }
}

/// Publishes a new key, and puts it into the pending version with the time from which it signs.
async fn create(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<(), RotationError> {
    if app.signing_keys.find_version(token).await?.is_some() {
        return pending(app, versions, current, token).await.map(drop);
    }
    let former = read(app, current).await?;
    let now = judge(app, "current", &former, &former).await?;
    let new = NewKey::generate(app.algorithm).map_err(unusable)?;
    let public = new.public(now).map_err(unusable)?;
    let settled = former.public().map_err(unusable)?;
    let publish = |set: &mut KeySet| {
        set.settle(&settled, now);
        set.add(&public);
    };
    KeySet::change(&app.store, publish).await?;
    // The time at which it is published, not the one at which that began.
    let keys = former.followed_by(new, app.clock.now(), current);
    let text = keys.to_text().map_err(unusable)?;
    let put = app
        .signing_keys
        .insert_version(token, &text, &[Label::Pending]);
    if put.await? {
        return Ok(());
    }
    // The same step was faster, or the token is an old one. This key signs nothing.
    KeySet::change(&app.store, |set| set.withdraw(&public)).await?;
    let versions = app.signing_keys.versions().await?;
    pending(app, &versions, current, token).await.map(drop)
}

/// Whether the pending version holds what the current one does not. Secrets Manager asks for the
/// third step alone when a schedule is made, with a version that it takes away again.
async fn is_new(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<bool, RotationError> {
    let text = app.signing_keys.find_version(token).await?;
    let is_pending = versions.with(Label::Pending) == Some(token);
    Ok(!is_pending || text.is_some() && text != app.signing_keys.find_version(current).await?)
}

/// Judges the pending version as if it were the current one.
async fn test(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<StoredKeys, RotationError> {
    let (pending, former) = pending(app, versions, current, token).await?;
    judge(app, "pending", &pending, &former).await?;
    Ok(pending)
}

/// Judges a version after `former`; at what time it did.
async fn judge(
    app: &App,
    name: &'static str,
    keys: &StoredKeys,
    former: &StoredKeys,
) -> Result<Timestamp, RotationError> {
    let published = KeySet::find(&app.store).await?.ok_or(Fault::NoKeySet)?;
    let now = app.clock.now();
    keys.fit(former, &published, now)
        .map_err(|unfit| RotationError::Unfit(name, unfit))?;
    Ok(now)
}

/// Makes the pending version the current one, and says in the key set until when the older keys
/// sign.
async fn finish(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<(), RotationError> {
    let keys = test(app, versions, current, token).await?;
    // Only from the version that it follows: what an emergency dropped in the meantime stays out.
    app.signing_keys
        .move_label(Label::Current, current, Some(token))
        .await?;
    settle(app, &keys).await
}

async fn settle(app: &App, current: &StoredKeys) -> Result<(), RotationError> {
    let current = current.public().map_err(unusable)?;
    let now = app.clock.now();
    Ok(KeySet::change(&app.store, |set| set.settle(&current, now)).await?)
}

/// The pending version and the current one that it follows. When it follows another, it would bring
/// back what was dropped: then its label is taken away, so that the next rotation begins anew.
async fn pending(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<(StoredKeys, StoredKeys), RotationError> {
    if versions.with(Label::Pending) != Some(token) {
        return Err(RotationError::Refused(
            "the requested version is not pending",
        ));
    }
    let pending = read(app, token).await?;
    let former = read(app, current).await?;
    if !pending.follow(current) {
        app.signing_keys
            .move_label(Label::Pending, token, None)
            .await?;
        return Err(RotationError::Refused(
            "the pending version was not made from the current version; rotate again",
        ));
    }
    Ok((pending, former))
}

async fn read(app: &App, version: &str) -> Result<StoredKeys, RotationError> {
    let text = app.signing_keys.find_version(version).await?;
    let text = text.ok_or(RotationError::Refused("the secret version has no value"))?;
    let unreadable = |_| Fault::Unreadable("signing key secret");
    Ok(StoredKeys::parse(&text).map_err(unreadable)?)
}

fn unusable(_: UnusableKey) -> RotationError {
    Fault::SigningFailed.into()
}
