//! What a person has chosen for themselves: free JSON of the front end (theme, density, columns). Nobody else reads it, so that a change is
//! no event.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::text::Check;

/// Most bytes of all values.
const MAX: usize = 16_384;

/// A person's choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preferences {
    /// 0 as long as nothing was chosen.
    pub version: i64,
    pub values: Map<String, Value>,
}

/// One's own.
pub async fn get_preferences(ctx: &Ctx) -> Result<Preferences> {
    let me = ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    ctx.read().await?.own().preferences(me).await
}

/// Merges `patch` into one's own (RFC 7396: `null` removes).
pub async fn update_preferences(ctx: &Ctx, patch: Map<String, Value>) -> Result<Preferences> {
    let me = ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    let mut tx = ctx.begin().await?;
    let mut found = tx.own().preferences(me).await?;
    if ctx.if_match.is_some_and(|version| version != found.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(found)) });
    }
    let before = found.values.clone();
    merge(&mut found.values, patch);
    let mut check = Check::default();
    check.json("", &found.values, MAX);
    check.done()?;
    if found.values != before {
        found.version += 1;
        tx.own().save_preferences(me, &found, ctx.now()).await?;
    }
    ctx.commit(tx, &found).await?;
    Ok(found)
}

fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(&name)),
            Value::Object(inner) => {
                let mut object = match target.remove(&name) {
                    Some(Value::Object(object)) => object,
                    _ => Map::new(),
                };
                merge(&mut object, inner);
                target.insert(name, Value::Object(object));
            }
            value => drop(target.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(target: Value, patch: Value) -> Value {
        let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else { panic!("objects") };
        merge(&mut target, patch);
        Value::Object(target)
    }

    #[test]
    fn a_patch_is_merged_as_the_rfc_says() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merged(target, patch), expected);
        }
    }
}
