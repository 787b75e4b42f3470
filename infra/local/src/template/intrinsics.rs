//! Navigates the template's YAML, and reads CloudFormation's references as logical ids.

use saphyr::{LoadableYamlNode as _, ScalarOwned as Scalar, YamlOwned as Yaml};
use serde_json::Value as Json;

/// Reads a document.
///
/// # Errors
/// The syntax error, or that there is no document.
pub(super) fn document(text: &str) -> Result<Yaml, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    documents.into_iter().next().ok_or("it is empty".to_owned())
}

/// The value at the end of a path of keys; null if there is none.
pub(super) fn at<'a>(value: &'a Yaml, path: &[&str]) -> &'a Yaml {
    const NOTHING: &Yaml = &Yaml::Value(Scalar::Null);
    path.iter().fold(value, |value, key| {
        value.as_mapping_get(key).unwrap_or(NOTHING)
    })
}

/// The entries of a mapping whose keys are strings; none for other values.
pub(super) fn entries(value: &Yaml) -> impl Iterator<Item = (&str, &Yaml)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// The elements of a list, or the value itself where the template leaves the list out.
pub(super) fn one_or_many(value: &Yaml) -> &[Yaml] {
    match value {
        Yaml::Value(Scalar::Null) => &[],
        Yaml::Sequence(many) => many,
        one => std::slice::from_ref(one),
    }
}

/// An intrinsic function and its argument: `("Ref", X)` for `!Ref X`.
pub(super) fn intrinsic(value: &Yaml) -> Option<(&str, &Yaml)> {
    match value {
        Yaml::Tagged(tag, argument) if tag.handle == "!" => Some((&tag.suffix, argument)),
        _ => None,
    }
}

/// A plain string unchanged; `!Ref X` and `!GetAtt X.Arn` as `X`; `!Sub ${X.Arn}/rest` as `X/rest`.
pub(super) fn logical_name(value: &Yaml) -> Option<String> {
    let Some((function, argument)) = intrinsic(value) else {
        return value.as_str().map(str::to_owned);
    };
    let text = argument.as_str()?;
    match function {
        "Ref" => Some(text.to_owned()),
        "GetAtt" => text.strip_suffix(".Arn").map(str::to_owned),
        "Sub" => {
            let (id, rest) = text.strip_prefix("${")?.split_once('}')?;
            Some(format!("{}{rest}", id.strip_suffix(".Arn").unwrap_or(id)))
        }
        _ => None,
    }
}

/// A string, number or boolean as the text that CloudFormation passes to a resource.
///
/// # Errors
/// The value, if it is something else.
pub(super) fn scalar(value: &Yaml) -> Result<String, String> {
    match value {
        Yaml::Value(Scalar::String(text)) => Ok(text.clone()),
        Yaml::Value(Scalar::Integer(number)) => Ok(number.to_string()),
        Yaml::Value(Scalar::FloatingPoint(number)) => Ok(number.to_string()),
        Yaml::Value(Scalar::Boolean(truth)) => Ok(truth.to_string()),
        other => Err(format!("{other:?} is not supported as text")),
    }
}

/// The value as JSON.
///
/// # Errors
/// The value, if JSON cannot express it: an intrinsic function, or a key that is not a string.
pub(super) fn json(value: &Yaml) -> Result<Json, String> {
    match value {
        Yaml::Value(Scalar::Null) => Ok(Json::Null),
        Yaml::Value(Scalar::Boolean(truth)) => Ok(Json::from(*truth)),
        Yaml::Value(Scalar::Integer(number)) => Ok(Json::from(*number)),
        Yaml::Value(Scalar::FloatingPoint(number)) => Ok(Json::from(number.into_inner())),
        Yaml::Value(Scalar::String(text)) => Ok(Json::from(text.as_str())),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = key.as_str().ok_or(format!("{key:?} is not a string"))?;
                Ok((key.to_owned(), json(value)?))
            });
            entries.collect()
        }
        other => Err(format!("{other:?} is not supported in a property")),
    }
}
