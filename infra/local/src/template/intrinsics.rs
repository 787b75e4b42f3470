//! CloudFormation's references, read as the logical ids that they refer to.

use serde_yaml_ng::Value;

/// What lies at the end of a path of keys; null when there is nothing.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    path.iter()
        .fold(value, |value, key| value.get(key).unwrap_or(NOTHING))
}

/// The entries of a mapping whose keys are strings; none of anything else.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// The elements of a list, or the value itself where the template leaves the list out.
pub(super) fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Sequence(many) => many,
        one => std::slice::from_ref(one),
    }
}

/// A plain string as it is; `!Ref X` and `!GetAtt X.Arn` as `X`; `!Sub ${X.Arn}/rest` as `X/rest`.
pub(super) fn logical_name(value: &Value) -> Option<String> {
    let Value::Tagged(tagged) = value else {
        return value.as_str().map(str::to_owned);
    };
    let text = tagged.value.as_str()?;
    if tagged.tag == "!Ref" {
        Some(text.to_owned())
    } else if tagged.tag == "!GetAtt" {
        text.strip_suffix(".Arn").map(str::to_owned)
    } else if tagged.tag == "!Sub" {
        let (id, rest) = text.strip_prefix("${")?.split_once('}')?;
        Some(format!("{}{rest}", id.strip_suffix(".Arn").unwrap_or(id)))
    } else {
        None
    }
}

/// A string, number or boolean as CloudFormation hands it to a resource: as text.
pub(super) fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        other => Err(format!("{other:?} is not supported as text")),
    }
}
