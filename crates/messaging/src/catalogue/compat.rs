//! What a schema may become without a new version: a version may add optional members, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

/// Words about a schema that mean nothing for a message.
const REMARKS: &[&str] = &["title", "description", "examples", "$id", "$schema", "$comment"];

/// Whether `new` is `old` with optional members added; else all that is wrong, each with its place.
pub fn compatible(old: &Value, new: &Value) -> Result<(), Vec<String>> {
    let mut wrong = Vec::new();
    compare(old, new, "", &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn compare(old: &Value, new: &Value, at: &str, wrong: &mut Vec<String>) {
    let (Value::Object(was), Value::Object(is)) = (old, new) else {
        if old != new {
            wrong.push(format!("{at}: was {old}, is {new}"));
        }
        return;
    };
    let words: BTreeSet<&String> = was.keys().chain(is.keys()).filter(|word| !REMARKS.contains(&word.as_str())).collect();
    for word in words {
        let here = format!("{at}/{word}");
        match (word.as_str(), was.get(word), is.get(word)) {
            ("properties", Some(Value::Object(was)), Some(Value::Object(is))) => {
                for (name, schema) in was {
                    match is.get(name) {
                        Some(now) => compare(schema, now, &format!("{here}/{name}"), wrong),
                        None => wrong.push(format!("{here}/{name}: removed")),
                    }
                }
            }
            ("required", was, is) => {
                let set = |value: Option<&Value>| -> BTreeSet<String> {
                    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
                };
                let (was, is) = (set(was), set(is));
                wrong.extend(is.difference(&was).map(|name| format!("{here}: {name} became required")));
                wrong.extend(was.difference(&is).map(|name| format!("{here}: {name} is no longer required")));
            }
            ("items" | "additionalProperties", Some(was), Some(is)) if was.is_object() => compare(was, is, &here, wrong),
            (_, was, is) if was == is => {}
            (_, was, is) => {
                let text = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), Value::to_string);
                wrong.push(format!("{here}: was {}, is {}", text(was), text(is)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_optional_members_may_be_added() {
        let old = json!({"type": "object", "title": "a", "required": ["id"], "additionalProperties": false,
            "properties": {"id": {"type": "integer"}, "data": {"type": "object", "required": [], "properties": {"s": {"enum": ["a"]}}}}});
        let with = |edit: &dyn Fn(&mut Value)| {
            let mut new = old.clone();
            edit(&mut new);
            compatible(&old, &new)
        };
        assert_eq!(with(&|s| s["properties"]["more"] = json!({"type": "string"})), Ok(()));
        assert_eq!(with(&|s| s["properties"]["data"]["properties"]["more"] = json!({})), Ok(()));
        assert_eq!(with(&|s| s["title"] = json!("b")), Ok(()));
        let refused: [&dyn Fn(&mut Value); 7] = [
            &|s| s["required"] = json!(["id", "data"]),
            &|s| s["required"] = json!([]),
            &|s| s["properties"]["id"]["type"] = json!(["integer", "null"]),
            &|s| s["properties"]["data"]["properties"]["s"]["enum"] = json!(["a", "b"]),
            &|s| s["properties"] = json!({"id": {"type": "integer"}}),
            &|s| s["additionalProperties"] = json!(true),
            &|s| s["properties"]["id"]["minimum"] = json!(1),
        ];
        for (n, edit) in refused.iter().enumerate() {
            assert_eq!(with(edit).unwrap_err().len(), 1, "edit {n}");
        }
    }
}
