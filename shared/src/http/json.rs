//! Strict parsing of JSON: a duplicate name in an object is refused, because parsers differ on
//! which value counts (RFC 8259 §4).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::is_printable;

/// The deepest nesting of arrays and objects.
const MAX_DEPTH: usize = 100;
/// The longest pointer in an error, in bytes: an error repeats no more of the caller's text.
const MAX_POINTER: usize = 128;

/// Why a text is refused. `Display` is a public error text; it contains nothing of the refused one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidJson {
    /// There is no text.
    Empty,
    /// The text is not UTF-8.
    NotUtf8,
    /// The text is not JSON from this place on. Lines and bytes in them are counted from 1.
    Syntax {
        /// The line.
        line: usize,
        /// The byte in the line.
        column: usize,
    },
    /// Arrays or objects are nested too deeply.
    TooDeep,
    /// A member is included more than once. This is the pointer to it (RFC 6901), unless it is long.
    Repeated(Option<String>),
}

/// Parses one JSON text. A byte order mark before it is ignored (RFC 8259 §8.1).
///
/// # Errors
/// [`InvalidJson`].
pub fn parse(text: &[u8]) -> Result<Value, InvalidJson> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|_| InvalidJson::NotUtf8)?;
    if text.trim_ascii().is_empty() {
        return Err(InvalidJson::Empty);
    }
    let invalid = Cell::new(None);
    let whole = Strict {
        place: Place {
            within: None,
            depth: 0,
        },
        invalid: &invalid,
    };
    let mut parser = serde_json::Deserializer::from_str(text);
    let parsed = whole.deserialize(&mut parser);
    let parsed = parsed.and_then(|value| parser.end().map(|()| value));
    parsed.map_err(|error| {
        invalid.take().unwrap_or(InvalidJson::Syntax {
            line: error.line(),
            column: error.column(),
        })
    })
}

/// A name as a part of a pointer (RFC 6901 §3).
#[must_use]
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Parses the value at a place.
struct Strict<'a> {
    place: Place<'a>,
    /// What the parser's own error cannot express.
    invalid: &'a Cell<Option<InvalidJson>>,
}

/// A place in the text, linked to the one that it is within.
#[derive(Clone, Copy)]
struct Place<'a> {
    within: Option<(&'a Place<'a>, Part<'a>)>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Member(&'a str),
    Element(usize),
}

impl<'a> Place<'a> {
    const fn part(&'a self, part: Part<'a>) -> Self {
        Self {
            within: Some((self, part)),
            depth: self.depth + 1,
        }
    }

    /// The pointer to this place; `None` if an error must not repeat a name in it.
    fn pointer(&self) -> Option<String> {
        Some(match self.within {
            None => String::new(),
            Some((place, Part::Member(name))) if is_printable(name) => {
                format!("{}/{}", place.pointer()?, escaped(name))
            }
            Some((_, Part::Member(_))) => return None,
            Some((place, Part::Element(index))) => format!("{}/{index}", place.pointer()?),
        })
    }
}

impl Strict<'_> {
    fn refuse<E: Error>(&self, why: InvalidJson) -> E {
        let error = E::custom(&why);
        self.invalid.set(Some(why));
        error
    }

    fn enter<E: Error>(&self) -> Result<(), E> {
        if self.place.depth < MAX_DEPTH {
            Ok(())
        } else {
            Err(self.refuse(InvalidJson::TooDeep))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut values = Vec::new();
        loop {
            let element = Strict {
                place: self.place.part(Part::Element(values.len())),
                invalid: self.invalid,
            };
            match sequence.next_element_seed(element)? {
                Some(value) => values.push(value),
                None => return Ok(values.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let place = self.place.part(Part::Member(&name));
            if members.contains_key(&name) {
                let pointer = place
                    .pointer()
                    .filter(|pointer| pointer.len() <= MAX_POINTER);
                return Err(self.refuse(InvalidJson::Repeated(pointer)));
            }
            let invalid = self.invalid;
            let value = object.next_value_seed(Strict { place, invalid })?;
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

impl InvalidJson {
    /// The cause, for the log.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "The request body is empty.",
            Self::NotUtf8 => "The request body contains invalid UTF-8.",
            Self::Syntax { .. } => "The request body is not valid JSON.",
            Self::TooDeep => "The JSON in the request body is nested too deeply.",
            Self::Repeated(_) => "A member of a JSON object is included more than once.",
        }
    }
}

impl fmt::Display for InvalidJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column } => write!(
                formatter,
                "The request body is not valid JSON: syntax error at line {line}, column {column}."
            ),
            _ => formatter.write_str(self.as_str()),
        }
    }
}

#[cfg(test)]
mod tests;
