//! What a policy permits, written a second time: slowly, and from the texts of its rules.

use serde_json::Value;

/// A rule, with its names in one spelling.
pub(crate) struct Rule {
    is_deny: bool,
    actions: Vec<String>,
    resources: Vec<Vec<String>>,
}

/// An action on a resource, which may be a set of resources.
#[derive(Debug)]
pub(crate) struct Question {
    action: String,
    resource: Vec<String>,
}

/// Whether the rules permit what is asked.
pub(crate) fn permit(rules: &[Rule], question: &Question) -> bool {
    let matches = |is_deny: bool| {
        let mut rules = rules.iter().filter(|rule| rule.is_deny == is_deny);
        rules.any(|rule| rule.matches(question))
    };
    matches(false) && !matches(true)
}

impl Question {
    pub(crate) fn of(action: &str, resource: &str) -> Self {
        Self {
            action: self::action(action),
            resource: parts(resource),
        }
    }
}

impl Rule {
    pub(crate) fn of(rule: &Value) -> Self {
        let names = |pointer| {
            rule.pointer(pointer)
                .and_then(Value::as_array)
                .unwrap()
                .iter()
        };
        Self {
            is_deny: rule.pointer("/effect").unwrap() == "Deny",
            actions: names("/action")
                .map(|name| action(name.as_str().unwrap()))
                .collect(),
            resources: names("/resource")
                .map(|name| parts(name.as_str().unwrap()))
                .collect(),
        }
    }

    /// A Deny of a part denies the whole, but what is done to all at once has no parts.
    fn matches(&self, Question { action, resource }: &Question) -> bool {
        let is_of_all = action.starts_with("IAM:Create") || action.starts_with("IAM:List");
        let denies_parts = self.is_deny && !is_of_all;
        let has_action = self
            .actions
            .iter()
            .any(|name| name == "*" || name == action);
        let mut resources = self.resources.iter();
        has_action
            && resources
                .any(|of| resource.starts_with(of) || (denies_parts && of.starts_with(resource)))
    }
}

fn action(name: &str) -> String {
    name.replace("App:", "IAM:")
}

/// The parts before the first `*`. Upper case and hyphens distinguish no ids.
fn parts(resource: &str) -> Vec<String> {
    let parts = resource.split(':').take_while(|part| *part != "*");
    parts
        .enumerate()
        .map(|(place, part)| match (place, part) {
            (0, "App") => "IAM".to_owned(),
            (2, id) => id.replace('-', "").to_lowercase(),
            _ => part.to_owned(),
        })
        .collect()
}
