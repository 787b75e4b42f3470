//! Moves what several operations share to one place.

use serde_json::{Map, Value, json};

/// Moves the examples of errors, which many operations share, to one place, and leaves references.
pub(super) fn take_examples(paths: &mut Map<String, Value>) -> Map<String, Value> {
    let mut taken = Map::new();
    for path in paths.values_mut() {
        take_from(path, &mut taken);
    }
    taken
}

fn take_from(value: &mut Value, taken: &mut Map<String, Value>) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    for (name, member) in members {
        let Some(Value::Object(examples)) = (name == "examples").then_some(&mut *member) else {
            take_from(member, taken);
            continue;
        };
        for (code, example) in examples {
            if example.get("summary").is_none() {
                continue;
            }
            // A code of two protocols, or with two descriptions, has an example for each.
            let names = (1..).map(|n| {
                if n == 1 {
                    code.clone()
                } else {
                    format!("{code}_{n}")
                }
            });
            let is_free = |name: &String| taken.get(name).is_none_or(|other| other == example);
            let name = names.into_iter().find(is_free).unwrap();
            let reference = json!({ "$ref": format!("#/components/examples/{name}") });
            taken.insert(name, std::mem::replace(example, reference));
        }
    }
}
