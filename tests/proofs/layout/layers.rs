//! Which crate and which room may import from which.

use super::graph::Graph;
use super::source::{Source, package_of, room_of};

/// The rooms of `shared`, lowest layer first. A room imports only from lower layers: those that stand
/// earlier in this list. Rooms of the same layer do not import each other.
const LAYERS: [&[&str]; 13] = [
    &["random"],
    &["model"],
    &["clock"],
    &["fault"],
    &["runtime"],
    &["secrets"],
    &["store"],
    &["signing"],
    &["token"],
    &["refusal"],
    &["authentication", "authorization"],
    &["app_clients", "roles"],
    &["http"],
];

/// Imports between packages that are not allowed. Everything may use `shared`; only the tools see
/// the functions, and only the benchmark sees the local service.
pub(super) fn between_crates(files: &Graph) -> Vec<String> {
    files.ties(|from, to| {
        let (from, to) = (package_of(from), package_of(to));
        let tool = from.starts_with("infra/");
        let allowed = match to {
            "shared" => true,
            "infra/local" => from == "infra/bench",
            _ => tool && to.starts_with("functions/"),
        };
        from != to && !allowed
    })
}

pub(super) fn unknown_rooms(source: &Source) -> Vec<String> {
    let rooms = source.files.keys().filter_map(|file| room_of(file));
    let unknown = rooms.filter(|room| layer(room).is_none());
    let mut lines: Vec<String> = unknown
        .map(|room| format!("shared/src/{room}: add it to LAYERS in {}", file!()))
        .collect();
    lines.dedup();
    lines
}

/// Imports of a room from its own layer or a higher one. An unknown room has the highest layer: it
/// may import, and no room may import from it. The root of the crate only declares.
pub(super) fn between_rooms(files: &Graph) -> Vec<String> {
    files.ties(|from, to| {
        if package_of(from) != "shared" || package_of(to) != "shared" {
            return false;
        }
        let (Some(from), Some(to)) = (room_of(from), room_of(to)) else {
            return true;
        };
        let height = |room| layer(room).unwrap_or(LAYERS.len());
        from != to && height(from) <= height(to)
    })
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&room))
}
