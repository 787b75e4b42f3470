//! The rooms that a request passes, as `docs/architecture.md` tells it.
//!
//! A walk is the order in which a request enters files. It is told by people, since no import says in
//! which order things are called; what can be proved of it is that each file is there, and that
//! imports lead to its folder from that of a file before it.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::source::{Source, package_of, room_of};

const ARCHITECTURE: &str = include_str!("../../../docs/architecture.md");

pub(super) struct Walk {
    pub(super) request: &'static str,
    files: Vec<&'static str>,
}

/// Every walk of the document: a block of code that begins with the word and the request.
pub(super) fn documented() -> Vec<Walk> {
    let blocks = ARCHITECTURE.split("\n```walk ").skip(1);
    let walks = blocks.map(|block| {
        let block = block.split("\n```").next().unwrap_or_default();
        let mut lines = block.lines();
        Walk {
            request: lines.next().unwrap_or_default(),
            files: lines
                .map(|line| line.split_whitespace().next().unwrap_or_default())
                .collect(),
        }
    });
    walks.collect()
}

impl Walk {
    /// What of it cannot be so.
    pub(super) fn faults(&self, source: &Source, imports: &Graph) -> Vec<String> {
        let faults = self.files.iter().enumerate().filter_map(|(place, file)| {
            if !source.files.contains_key(*file) {
                return Some(format!("{}: there is no {file}", self.request));
            }
            let folder = source.folder_of(file);
            let leads = |before: &&str| {
                let before = source.folder_of(before);
                before == folder || imports.leads(before, folder, |file| source.folder_of(file))
            };
            let is_reached = place == 0 || self.files[..place].iter().any(leads);
            (!is_reached).then(|| format!("{}: nothing before it leads to {file}", self.request))
        });
        faults.collect()
    }

    /// The rooms, in the order in which they are entered.
    pub(super) fn rooms(&self) -> Vec<&'static str> {
        let mut rooms: Vec<_> = self
            .files
            .iter()
            .map(|file| room_of(file).unwrap_or_else(|| package_of(file)))
            .collect();
        rooms.dedup();
        rooms
    }

    /// How many different rooms there are.
    pub(super) fn distinct(&self) -> usize {
        self.rooms().into_iter().collect::<BTreeSet<_>>().len()
    }

    /// How often it comes back to a room that it has left.
    pub(super) fn returns(&self) -> usize {
        self.rooms().len() - self.distinct()
    }
}
