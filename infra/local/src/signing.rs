//! The algorithm of the signing keys in the storage.

use local::Instance;
use shared::signing::KeySet;
use shared::store::Store;

/// The algorithm of the newest key, if no key is for the chosen one. Nothing rotates the keys of a
/// local stack by itself, so an algorithm that is chosen later would have no effect.
pub(crate) async fn other_algorithm(instance: &Instance, chosen: &str) -> Option<String> {
    let store = Store::new(instance.environment("metadata")?).ok()?;
    let keys = KeySet::find(&store).await.ok()??;
    let algorithms = keys.keys().filter_map(|key| key.common.key_algorithm);
    let algorithms: Vec<_> = algorithms.map(|algorithm| algorithm.to_string()).collect();
    let newest = algorithms.last()?;
    (!algorithms.iter().any(|one| one == chosen)).then(|| newest.clone())
}
