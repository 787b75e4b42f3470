use serde_json::Value;

use crate::model::{Bounds, InvalidValue};

/// One attribute of a resource `R`, of which a request chooses `C`.
pub struct Attribute<R: 'static, C: 'static> {
    /// Its name.
    pub name: &'static str,
    /// What it can be, and how a request's value is taken.
    pub kind: Kind<C>,
    /// What it is when the document of a new resource leaves it out.
    pub default: Option<Preset>,
    /// Whether a document that makes a resource has it.
    pub create: When,
    /// Whether a document that changes a resource has it.
    pub change: When,
    /// What is shown of it; `None` when it is not.
    pub show: fn(&R) -> Option<Value>,
}

/// What an attribute can be.
pub enum Kind<C: 'static> {
    /// Text.
    Text {
        /// How long it may be, in characters.
        length: Bounds,
        /// What else it has to be, in words.
        rules: &'static str,
        /// Chooses it.
        take: fn(&mut C, &str) -> Result<(), InvalidValue>,
    },
    /// One of some words.
    Choice {
        /// The words.
        of: &'static [&'static str],
        /// Chooses it.
        take: fn(&mut C, &str) -> Result<(), InvalidValue>,
    },
    /// A whole number.
    Number {
        /// The least and the most.
        bounds: Bounds,
        /// What is counted, in words.
        unit: &'static str,
        /// Chooses it.
        take: fn(&mut C, u64) -> Result<(), InvalidValue>,
    },
    /// The one value that there is.
    Constant(&'static str),
    /// What the service says of the resource, in words.
    Given(&'static str),
}

/// What an attribute is that a document leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// That text.
    Text(&'static str),
    /// That number.
    Number(u32),
    /// What that parameter of the template says.
    Parameter(&'static str),
}

/// Whether a document may have an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It has to.
    Required,
    /// It may.
    Optional,
    /// It may say what is so anyway.
    Equal,
    /// To this kind of document there is no such attribute.
    Never,
}

impl<C> Kind<C> {
    /// What it can be, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text { length, rules, .. } if length.minimum == 0 => {
                format!("up to {} characters{rules}", grouped(length.maximum))
            }
            Self::Text { length, rules, .. } => {
                let (minimum, maximum) = (grouped(length.minimum), grouped(length.maximum));
                format!("{minimum} to {maximum} characters{rules}")
            }
            Self::Choice { of, .. } => {
                let words: Vec<_> = of.iter().map(|word| format!("`{word}`")).collect();
                words.join(" or ")
            }
            Self::Number { bounds, unit, .. } => {
                let (minimum, maximum) = (grouped(bounds.minimum), grouped(bounds.maximum));
                format!("{minimum} to {maximum} {unit}")
            }
            Self::Constant(value) => format!("`{value}`"),
            Self::Given(words) => (*words).to_owned(),
        }
    }
}

impl When {
    /// The entry in the documentation's table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Equal => "fixed",
            Self::Never => "",
        }
    }
}

impl<R, C> Attribute<R, C> {
    /// Its row in the documentation's table of attributes.
    #[must_use]
    pub fn row(&self) -> String {
        let default = self.default.map(|default| match default {
            Preset::Text("") => "; default: empty".to_owned(),
            Preset::Text(text) => format!("; default: `{text}`"),
            Preset::Number(number) => format!("; default: {}", grouped(number)),
            Preset::Parameter(name) => format!("; default: the deployment's `{name}`"),
        });
        format!(
            "| `{}` | {}{} | {} | {} |",
            self.name,
            self.kind.words(),
            default.unwrap_or_default(),
            self.create.words(),
            self.change.words(),
        )
    }
}

/// A number with a comma between thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let grouped = [0, 60, 999, 1_000, 86_400, 1_000_000].map(grouped);
        assert_eq!(grouped, ["0", "60", "999", "1,000", "86,400", "1,000,000"]);
    }
}
