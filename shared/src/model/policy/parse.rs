//! Parses a policy as a document contains it.

use serde_json::{Map, Value};

use super::action::ActionPattern;
use super::reason::{InvalidPolicy, Reason};
use super::resource::Resources;
use super::rules::{Effect, Policy, Rule};

impl Policy {
    /// Parses `{"rule": [{"effect": …, "action": …, "resource": …}]}`.
    ///
    /// # Errors
    /// The first place that is wrong.
    pub fn parse(policy: &Value) -> Result<Self, InvalidPolicy> {
        let mut place = PolicyPlace::default();
        if policy.to_string().len() > Self::BYTES {
            return Err(place.refuse(Reason::LargerThan(Self::BYTES)));
        }
        let members = place.object(policy, &["rule"])?;
        let rules = place.within("rule", |place| {
            let rules = members
                .get("rule")
                .ok_or_else(|| place.refuse(Reason::Missing))?;
            let Value::Array(rules) = rules else {
                return Err(place.refuse(Reason::Not("an array of rules")));
            };
            if rules.len() > Self::RULES {
                return Err(place.refuse(Reason::MoreThan(Self::RULES)));
            }
            let rules = place.each(rules, PolicyPlace::rule)?;
            let pairs = rules
                .iter()
                .map(|rule: &Rule| rule.actions.len() * rule.resources.len());
            if pairs.sum::<usize>() > Self::PAIRS {
                return Err(place.refuse(Reason::MorePairsThan(Self::PAIRS)));
            }
            Ok(rules)
        })?;
        Ok(Self { rules })
    }
}

/// The place that is being parsed.
#[derive(Default)]
struct PolicyPlace(String);

impl PolicyPlace {
    fn refuse(&self, reason: Reason) -> InvalidPolicy {
        InvalidPolicy {
            pointer: self.0.clone(),
            reason,
        }
    }

    /// Parses what is there under `name`, which needs no escape.
    fn within<T>(
        &mut self,
        name: impl std::fmt::Display,
        parse: impl FnOnce(&mut Self) -> Result<T, InvalidPolicy>,
    ) -> Result<T, InvalidPolicy> {
        let length = self.0.len();
        self.0.push_str(&format!("/{name}"));
        let parsed = parse(self)?;
        self.0.truncate(length);
        Ok(parsed)
    }

    fn each<T>(
        &mut self,
        values: &[Value],
        parse: impl Fn(&mut Self, &Value) -> Result<T, InvalidPolicy>,
    ) -> Result<Vec<T>, InvalidPolicy> {
        let values = values.iter().enumerate();
        let parsed = values.map(|(index, value)| self.within(index, |place| parse(place, value)));
        parsed.collect()
    }

    /// An object with no other members than these.
    fn object<'a>(
        &mut self,
        value: &'a Value,
        members: &[&str],
    ) -> Result<&'a Map<String, Value>, InvalidPolicy> {
        let object = value
            .as_object()
            .ok_or_else(|| self.refuse(Reason::Not("an object")))?;
        match object.keys().find(|name| !members.contains(&name.as_str())) {
            None => Ok(object),
            Some(name) => {
                let name = name.replace('~', "~0").replace('/', "~1");
                self.within(name, |place| Err(place.refuse(Reason::Unknown)))
            }
        }
    }

    fn rule(&mut self, rule: &Value) -> Result<Rule, InvalidPolicy> {
        let members = self.object(rule, &["effect", "action", "resource"])?;
        let effect = self.within("effect", |place| match members.get("effect") {
            None => Err(place.refuse(Reason::Missing)),
            Some(effect) => match effect.as_str() {
                Some("Allow") => Ok(Effect::Allow),
                Some("Deny") => Ok(Effect::Deny),
                _ => Err(place.refuse(Reason::Not("Allow or Deny"))),
            },
        })?;
        let actions = self.within("action", |place| {
            place.names(members.get("action"), ActionPattern::parse)
        })?;
        let resources = self.within("resource", |place| {
            place.names(members.get("resource"), |text| {
                let resource = Resources::parse(text)?;
                let applies = |pattern: &ActionPattern| match pattern {
                    ActionPattern::Any => true,
                    ActionPattern::One(action) => action.among(&resource).is_some(),
                };
                if !actions.iter().all(applies) {
                    return Err(Reason::NotApplicable);
                }
                Ok(resource)
            })
        })?;
        Ok(Rule {
            effect,
            actions,
            resources,
        })
    }

    /// A name, or a list of names.
    fn names<T>(
        &mut self,
        value: Option<&Value>,
        parse: impl Fn(&str) -> Result<T, Reason>,
    ) -> Result<Vec<T>, InvalidPolicy> {
        let name = |place: &mut Self, value: &Value| {
            let text = value.as_str().ok_or(Reason::Not("text"));
            text.and_then(&parse).map_err(|reason| place.refuse(reason))
        };
        match value {
            None => Err(self.refuse(Reason::Missing)),
            Some(Value::Array(names)) if names.is_empty() => Err(self.refuse(Reason::Empty)),
            Some(Value::Array(names)) if names.len() > Policy::NAMES => {
                Err(self.refuse(Reason::MoreThan(Policy::NAMES)))
            }
            Some(Value::Array(names)) => self.each(names, name),
            Some(value) => name(self, value).map(|one| vec![one]),
        }
    }
}
