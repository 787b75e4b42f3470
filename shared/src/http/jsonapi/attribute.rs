//! One row in the table of attributes of a resource.

use serde_json::Value;

use crate::model::{Bounds, InvalidValue, Timestamp, VALIDITY_DAYS};

/// One attribute of a resource `R`. `C` holds the values that a request sets.
pub struct Attribute<R: 'static, C: 'static> {
    /// The name.
    pub name: &'static str,
    /// The type of its values, and how to set one.
    pub kind: Kind<C>,
    /// The value of a new resource whose document omits the attribute.
    pub default: Option<Preset>,
    /// Whether a document that creates a resource has the attribute.
    pub create: When,
    /// Whether a document that changes a resource has the attribute. It also applies to one that
    /// replaces the resource, except for what `omitted` says.
    pub change: When,
    /// What a document that replaces a resource and omits the attribute means by that.
    pub omitted: Omitted<C>,
    /// The value to show; `None` hides the attribute.
    pub show: fn(&R) -> Option<Value>,
}

/// The type of an attribute's values.
pub enum Kind<C: 'static> {
    /// Text.
    Text {
        /// The length, in characters.
        length: Bounds,
        /// Further rules, for the documentation.
        rules: &'static str,
        /// Parses and sets the value.
        take: fn(&mut C, &str) -> Result<(), InvalidValue>,
    },
    /// One of a list of words.
    Choice {
        /// The words.
        of: &'static [&'static str],
        /// Parses and sets the value.
        take: fn(&mut C, &str) -> Result<(), InvalidValue>,
    },
    /// A whole number.
    Number {
        /// The minimum and maximum.
        bounds: Bounds,
        /// The unit, for the documentation.
        unit: &'static str,
        /// Parses and sets the value.
        take: fn(&mut C, u64) -> Result<(), InvalidValue>,
    },
    /// The end of a secret: `null` for no end, or a time. Whether it is within [`VALIDITY_DAYS`]
    /// depends on the time of the operation, which decides it.
    End {
        /// Sets the value.
        take: fn(&mut C, Option<Timestamp>),
    },
    /// An object or an array, with rules for its parts.
    Structure {
        /// The allowed values, for the documentation.
        words: &'static str,
        /// The name of its schema in the OpenAPI document.
        schema: &'static str,
        /// Parses and sets the value.
        take: fn(&mut C, &Value) -> Result<(), Misfit>,
    },
    /// A single allowed value.
    Constant(&'static str),
    /// A client secret, which the service generates. The text is its description, for the
    /// documentation.
    Secret(&'static str),
    /// A value that the service sets. The text is its description, for the documentation.
    Given(&'static str),
}

/// Why a part of a value is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The part: a JSON pointer (RFC 6901) into the value. It is empty for the whole.
    pub pointer: String,
    /// What is wrong with it, as a part of a public error text after its name.
    pub reason: String,
}

impl From<InvalidValue> for Misfit {
    fn from(invalid: InvalidValue) -> Self {
        Self {
            pointer: String::new(),
            reason: invalid.to_string(),
        }
    }
}

/// The default value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This text.
    Text(&'static str),
    /// This number.
    Number(u32),
    /// The value of this parameter of the template.
    Parameter(&'static str),
    /// No value.
    Null,
    /// A policy without rules.
    NoRules,
}

/// Whether a document may have an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// It may, with the current value only.
    Equal,
    /// It may, because the service has shown it. The value has no effect.
    Ignored,
    /// It must not: the attribute is unknown in this document.
    Never,
}

/// What becomes of an attribute that a document which replaces a resource omits. In such a document,
/// `null` means the same, unless the attribute is required.
///
/// An attribute that restricts what a client can do, or that authenticates it, must be [`Self::Kept`]:
/// by an omission, a client must be neither enabled nor disarmed.
pub enum Omitted<C: 'static> {
    /// The document is refused: the attribute is required.
    Refused,
    /// It returns to its default, which this sets. `null` in a document that changes the resource does
    /// the same.
    Reset(fn(&mut C)),
    /// It stays as it is.
    Kept,
    /// It stays as it is. Only `null` in a document that changes the resource clears it, by this.
    Clearable(fn(&mut C)),
}

impl<C> Kind<C> {
    /// The allowed values, for the documentation.
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
            Self::End { .. } => format!(
                "a time {} to {} days ahead, or `null` for no end",
                VALIDITY_DAYS.minimum, VALIDITY_DAYS.maximum,
            ),
            Self::Constant(value) => format!("`{value}`"),
            Self::Structure { words, .. } | Self::Secret(words) | Self::Given(words) => {
                (*words).to_owned()
            }
        }
    }
}

impl When {
    /// The entry in the table of attributes in the documentation.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Equal => "fixed",
            Self::Ignored => "ignored",
            Self::Never => "",
        }
    }
}

impl<R, C> Attribute<R, C> {
    /// Whether a document that replaces a resource has the attribute, for the documentation.
    #[must_use]
    pub const fn replace_words(&self) -> &'static str {
        match (self.change, &self.omitted) {
            (When::Optional, Omitted::Refused) => "required",
            (When::Optional, Omitted::Reset(_)) => "reset",
            (When::Optional, Omitted::Kept | Omitted::Clearable(_)) => "kept",
            (fixed, _) => fixed.words(),
        }
    }

    /// The row in the table of attributes in the documentation.
    #[must_use]
    pub fn row(&self) -> String {
        let default = self.default.map(|default| match default {
            Preset::Text("") => "; default: empty".to_owned(),
            Preset::Text(text) => format!("; default: `{text}`"),
            Preset::Number(number) => format!("; default: {}", grouped(number)),
            Preset::Parameter(name) => format!("; default: the deployment's `{name}`"),
            Preset::Null => "; default: `null`".to_owned(),
            Preset::NoRules => "; default: `{\"rule\": []}`".to_owned(),
        });
        format!(
            "| `{}` | {}{} | {} | {} | {} |",
            self.name,
            self.kind.words(),
            default.unwrap_or_default(),
            self.create.words(),
            self.change.words(),
            self.replace_words(),
        )
    }
}

/// The number with commas between groups of thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
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
    fn numbers_have_commas_between_thousands() {
        let grouped = [0, 60, 999, 1_000, 86_400, 1_000_000].map(grouped);
        assert_eq!(grouped, ["0", "60", "999", "1,000", "86,400", "1,000,000"]);
    }
}
