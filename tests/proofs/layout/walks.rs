//! The walks in `docs/architecture.md`: the order in which a request enters files.
//!
//! Walks are written by hand, because imports do not show the order of calls. The test checks that
//! each file exists, and that imports lead to its folder from the folder of an earlier file.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::source::{Source, module_of, package_of};

const ARCHITECTURE: &str = include_str!("../../../docs/architecture.md");

pub(super) struct Walk {
    pub(super) request: &'static str,
    files: Vec<&'static str>,
}

/// Every walk in the document: a code block that begins with `walk` and the request.
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
    /// Files that do not exist or that no earlier file leads to.
    pub(super) fn errors(&self, source: &Source, imports: &Graph) -> Vec<String> {
        let errors = self.files.iter().enumerate().filter_map(|(place, file)| {
            if !source.files.contains_key(*file) {
                return Some(format!("{}: {file} does not exist", self.request));
            }
            let folder = source.folder_of(file);
            let leads_here = |before: &&str| {
                let before = source.folder_of(before);
                before == folder || imports.has_path(before, folder, |file| source.folder_of(file))
            };
            let is_reached = place == 0 || self.files[..place].iter().any(leads_here);
            (!is_reached).then(|| {
                format!(
                    "{}: no imports lead to {file} from an earlier file",
                    self.request
                )
            })
        });
        errors.collect()
    }

    /// The modules of `shared` and the other packages, in the order in which the request enters
    /// them.
    pub(super) fn modules(&self) -> Vec<&'static str> {
        let mut modules: Vec<_> = self
            .files
            .iter()
            .map(|file| module_of(file).unwrap_or_else(|| package_of(file)))
            .collect();
        modules.dedup();
        modules
    }

    /// The number of distinct modules.
    pub(super) fn distinct(&self) -> usize {
        self.modules().into_iter().collect::<BTreeSet<_>>().len()
    }

    /// The number of times that the request returns to a module it has left.
    pub(super) fn returns(&self) -> usize {
        self.modules().len() - self.distinct()
    }
}
