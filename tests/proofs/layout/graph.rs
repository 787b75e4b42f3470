//! The imports between files, and the circles in them.

use std::collections::{BTreeMap, BTreeSet};

/// From a file to a file, and the names that tie them.
#[derive(Default)]
pub(super) struct Graph {
    ties: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Graph {
    /// A file's use of itself is no tie.
    pub(super) fn add(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let names = self
                .ties
                .entry((from.to_owned(), to.to_owned()))
                .or_default();
            names.insert(name.to_owned());
        }
    }

    /// How many pairs of files are tied.
    pub(super) fn len(&self) -> usize {
        self.ties.len()
    }

    /// The ties for which `wanted(from, to)` holds, as `a.rs -> b.rs: Name, other_name`.
    pub(super) fn ties(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let ties = self.ties.iter().filter(|((from, to), _)| wanted(from, to));
        let line = |((from, to), names): (&(String, String), &BTreeSet<String>)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{from} -> {to}: {}", names.join(", "))
        };
        ties.map(line).collect()
    }

    /// The circles between groups of files, each as the ties between its groups. With
    /// `group = |file| file`, the circles between files.
    pub(super) fn circles<'a>(&'a self, group: impl Fn(&'a str) -> &'a str) -> Vec<String> {
        let groups = self.between(&group);
        let reached: BTreeMap<&str, BTreeSet<&str>> = groups
            .keys()
            .map(|&start| (start, reachable(&groups, start)))
            .collect();
        let mutual = |a: &str, b: &str| reached[a].contains(b) && reached[b].contains(a);
        let mut circles: BTreeSet<Vec<&str>> = BTreeSet::new();
        for &start in groups
            .keys()
            .filter(|&&start| reached[start].contains(start))
        {
            circles.insert(
                groups
                    .keys()
                    .copied()
                    .filter(|other| mutual(start, other))
                    .collect(),
            );
        }
        let describe = |circle: &Vec<&str>| self.description(circle, &group);
        circles.iter().map(describe).collect()
    }

    /// Whether imports lead, step by step, from a group of files to another one.
    pub(super) fn leads<'a>(
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
        for (from, to) in self.ties.keys() {
            let (from, to) = (group(from), group(to));
            groups.entry(to).or_default();
            let next = groups.entry(from).or_default();
            if from != to {
                next.insert(to);
            }
        }
        groups
    }

    fn description<'a>(&'a self, circle: &[&str], group: impl Fn(&'a str) -> &'a str) -> String {
        let mut lines = vec![circle.join(", ")];
        for (from, to) in self.ties.keys() {
            let groups = (group(from), group(to));
            if groups.0 != groups.1 && circle.contains(&groups.0) && circle.contains(&groups.1) {
                lines.extend(self.ties(|a, b| (a, b) == (from, to)));
            }
        }
        lines.join("\n  ")
    }
}

/// What is reached in one step or more; the start only where a circle leads back to it.
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
