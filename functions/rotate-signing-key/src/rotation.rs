//! The four steps of a rotation by Secrets Manager. Each can be repeated, even after a crash at any
//! point.

use shared::fault::Fault;
use shared::model::Timestamp;
use shared::secrets::{Label, Versions};
use shared::signing::{KeySet, NewKey, StoredKeys, UnusableKey};

use crate::app::App;
use crate::error::RotationError;
use crate::event::{RotationRequest, RotationStep};

/// Runs one step.
pub(crate) async fn run(app: &App, rotation: &RotationRequest) -> Result<(), RotationError> {
    let versions = app.signing_keys.versions().await?;
    if rotation.secret_id != versions.arn {
        return Err(RotationError::NotAllowed(
            "this function rotates a different secret",
        ));
    }
    let current = versions.with(Label::Current);
    let current = current.ok_or(RotationError::NotAllowed(
        "the secret has no current version; check that bootstrap has run",
    ))?;
    let token = &rotation.client_request_token;
    match rotation.step {
        // The version is already current, but the key set may not have been updated.
        RotationStep::FinishSecret if current == token => {
            settle(app, &read(app, current).await?).await
        }
        _ if current == token => Ok(()),
        RotationStep::CreateSecret => create(app, &versions, current, token).await,
        // Nothing to set: the new key must be in the key set before the secret, and `createSecret`
        // has published it.
        RotationStep::SetSecret => pending(app, &versions, current, token).await.map(drop),
        RotationStep::TestSecret if !is_new(app, &versions, current, token).await? => {
            let keys = read(app, current).await?;
            check(app, "current", &keys, &keys).await.map(drop)
        }
        RotationStep::TestSecret => test(app, &versions, current, token).await.map(drop),
        RotationStep::FinishSecret => finish(app, &versions, current, token).await,
    }
}

/// Publishes a new key, and stores it in the pending version with the time from which it signs.
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
    let now = check(app, "current", &former, &former).await?;
    let new = NewKey::generate(app.algorithm).map_err(unusable)?;
    let public = new.public(now).map_err(unusable)?;
    let settled = former.public().map_err(unusable)?;
    let publish = |set: &mut KeySet| {
        set.settle(&settled, now);
        set.add(&public);
    };
    KeySet::change(&app.store, publish).await?;
    // The time after publication, not the time before it.
    let keys = former.followed_by(new, app.clock.now(), current);
    let text = keys.to_text().map_err(unusable)?;
    let put = app
        .signing_keys
        .insert_version(token, &text, &[Label::Pending]);
    if put.await? {
        return Ok(());
    }
    // The same step ran at the same time and was faster, or the token is an old one. This key never
    // signs.
    KeySet::change(&app.store, |set| set.withdraw(&public)).await?;
    let versions = app.signing_keys.versions().await?;
    pending(app, &versions, current, token).await.map(drop)
}

/// Whether the pending version differs from the current one. When a schedule is created, Secrets
/// Manager calls only the third step, with a version that it removes afterwards.
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

/// Checks the pending version as the next current one.
async fn test(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<StoredKeys, RotationError> {
    let (pending, former) = pending(app, versions, current, token).await?;
    check(app, "pending", &pending, &former).await?;
    Ok(pending)
}

/// Checks a version as the one after `former`. Returns the time of the check.
async fn check(
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

/// Makes the pending version current, and writes into the key set until when the older keys sign.
async fn finish(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<(), RotationError> {
    let keys = test(app, versions, current, token).await?;
    // Only from the version that it follows: keys that an emergency has dropped meanwhile stay out.
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

/// The pending version, and the current one from which it was made. If it was made from another
/// version, it would bring back dropped keys. Then its label is removed, so that the next rotation
/// starts again.
async fn pending(
    app: &App,
    versions: &Versions,
    current: &str,
    token: &str,
) -> Result<(StoredKeys, StoredKeys), RotationError> {
    if versions.with(Label::Pending) != Some(token) {
        return Err(RotationError::NotAllowed(
            "the requested version is not pending",
        ));
    }
    let pending = read(app, token).await?;
    let former = read(app, current).await?;
    if !pending.follow(current) {
        app.signing_keys
            .move_label(Label::Pending, token, None)
            .await?;
        return Err(RotationError::NotAllowed(
            "the pending version was not made from the current version; rotate again",
        ));
    }
    Ok((pending, former))
}

async fn read(app: &App, version: &str) -> Result<StoredKeys, RotationError> {
    let text = app.signing_keys.find_version(version).await?;
    let text = text.ok_or(RotationError::NotAllowed("the secret version has no value"))?;
    let unreadable = |_| Fault::Unreadable("signing key secret");
    Ok(StoredKeys::parse(&text).map_err(unreadable)?)
}

fn unusable(_: UnusableKey) -> RotationError {
    Fault::SigningFailed.into()
}
