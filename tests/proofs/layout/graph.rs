//! The imports between files, and the cycles among them.

use std::collections::{BTreeMap, BTreeSet};

/// A directed graph of files. Each edge carries the imported names.
#[derive(Default)]
pub(super) struct Graph {
    edges: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Graph {
    /// Adds an import. An import from the same file is ignored.
    pub(super) fn add(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let names = self
                .edges
                .entry((from.to_owned(), to.to_owned()))
                .or_default();
            names.insert(name.to_owned());
        }
    }

    /// The number of edges.
    pub(super) fn len(&self) -> usize {
        self.edges.len()
    }

    /// The edges that satisfy `wanted(from, to)`, formatted as `a.rs -> b.rs: Name, other_name`.
    pub(super) fn edges(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let edges = self.edges.iter().filter(|((from, to), _)| wanted(from, to));
        let line = |((from, to), names): (&(String, String), &BTreeSet<String>)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{from} -> {to}: {}", names.join(", "))
        };
        edges.map(line).collect()
    }

    /// The cycles between groups of files, each formatted as the edges between its groups. With
    /// `group = |file| file`, these are the cycles between files.
    pub(super) fn cycles<'a>(&'a self, group: impl Fn(&'a str) -> &'a str) -> Vec<String> {
        let groups = self.between(&group);
        let reached: BTreeMap<&str, BTreeSet<&str>> = groups
            .keys()
            .map(|&start| (start, reachable(&groups, start)))
            .collect();
        let mutual = |a: &str, b: &str| reached[a].contains(b) && reached[b].contains(a);
        let mut cycles: BTreeSet<Vec<&str>> = BTreeSet::new();
        for &start in groups
            .keys()
            .filter(|&&start| reached[start].contains(start))
        {
            cycles.insert(
                groups
                    .keys()
                    .copied()
                    .filter(|other| mutual(start, other))
                    .collect(),
            );
        }
        let describe = |cycle: &Vec<&str>| self.description(cycle, &group);
        cycles.iter().map(describe).collect()
    }

    /// Whether a chain of imports leads from one group of files to another.
    pub(super) fn has_path<'a>(
        &'a self,
        from: &str,
        to: &str,
        group: impl Fn(&'a str) -> &'a str,
    ) -> bool {
        let groups = self.between(group);
        groups.contains_key(from) && reachable(&groups, from).contains(to)
    }

    fn between<'a>(
        &'a self,
        group: impl Fn(&'a str) -> &'a str,
    ) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in self.edges.keys() {
            let (from, to) = (group(from), group(to));
            groups.entry(to).or_default();
            let next = groups.entry(from).or_default();
            if from != to {
                next.insert(to);
            }
        }
        groups
    }

    fn description<'a>(&'a self, cycle: &[&str], group: impl Fn(&'a str) -> &'a str) -> String {
        let mut lines = vec![cycle.join(", ")];
        for (from, to) in self.edges.keys() {
            let groups = (group(from), group(to));
            if groups.0 != groups.1 && cycle.contains(&groups.0) && cycle.contains(&groups.1) {
                lines.extend(self.edges(|a, b| (a, b) == (from, to)));
            }
        }
        lines.join("\n  ")
    }
}

/// The groups reachable in one or more steps. They include the start only if it is on a cycle.
fn reachable<'a>(groups: &BTreeMap<&'a str, BTreeSet<&'a str>>, start: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = groups[start].iter().copied().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(&groups[next]);
        }
    }
    reached
}
