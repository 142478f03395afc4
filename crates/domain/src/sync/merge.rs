//! Whose value a field gets: decided by the last agreed value, never by the clock alone. Values are compared in the wire's vocabulary
//! (an inbound `high` on an urgent task is no change). Pure.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::ConflictPolicy;
use crate::tasks::task::Task;
use crate::text::instant;

/// Wire fields that both sides may change.
pub const FIELDS: &[&str] = &["name", "content", "status", "priority", "deadline"];

/// The task's values of [`FIELDS`] as the wire has them.
pub fn wire(task: &Task) -> Map<String, Value> {
    Map::from_iter([
        ("name".to_owned(), json!(task.title)),
        ("content".to_owned(), json!(task.description)),
        ("status".to_owned(), json!(task.status)),
        ("priority".to_owned(), json!(task.priority.wire())),
        ("deadline".to_owned(), task.due_date.map_or(Value::Null, |at| json!(instant(at)))),
    ])
}

/// What happens to one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Both have it already.
    Agreed,
    /// Only they changed it.
    Take,
    /// Only we changed it; they repeat the old value.
    Keep,
    /// Both did, theirs is taken.
    ConflictTaken,
    /// Both did, ours stays.
    ConflictKept,
    /// Both did, ours stays and a person is asked.
    ConflictOpen,
}

/// Decides a field. `base`: the last agreed value. `theirs_at` / `ours_at`: only the tie-break of newest_wins.
pub fn decide(
    base: &Value,
    ours: &Value,
    theirs: &Value,
    policy: ConflictPolicy,
    theirs_at: DateTime<Utc>,
    ours_at: DateTime<Utc>,
) -> Decision {
    if ours == theirs {
        return Decision::Agreed;
    }
    match (theirs != base, ours != base) {
        (false, _) => Decision::Keep,
        (true, false) => Decision::Take,
        (true, true) => match policy {
            ConflictPolicy::ErpWins => Decision::ConflictTaken,
            ConflictPolicy::OursWins => Decision::ConflictKept,
            ConflictPolicy::Ask => Decision::ConflictOpen,
            ConflictPolicy::NewestWins if theirs_at >= ours_at => Decision::ConflictTaken,
            ConflictPolicy::NewestWins => Decision::ConflictKept,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    fn by(policy: ConflictPolicy, base: &str, ours: &str, theirs: &str, theirs_later: i64) -> Decision {
        let at = DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap();
        decide(&json!(base), &json!(ours), &json!(theirs), policy, at + Duration::seconds(theirs_later), at)
    }

    #[test]
    fn one_sided_changes_are_no_conflict() {
        for policy in ConflictPolicy::ALL {
            assert_eq!(by(*policy, "a", "a", "b", -9), Decision::Take);
            assert_eq!(by(*policy, "a", "b", "a", 9), Decision::Keep);
            assert_eq!(by(*policy, "a", "b", "b", 0), Decision::Agreed);
        }
    }

    #[test]
    fn two_sided_changes_go_by_policy() {
        assert_eq!(by(ConflictPolicy::ErpWins, "a", "b", "c", -9), Decision::ConflictTaken);
        assert_eq!(by(ConflictPolicy::OursWins, "a", "b", "c", 9), Decision::ConflictKept);
        assert_eq!(by(ConflictPolicy::Ask, "a", "b", "c", 9), Decision::ConflictOpen);
        assert_eq!(by(ConflictPolicy::NewestWins, "a", "b", "c", 9), Decision::ConflictTaken);
        assert_eq!(by(ConflictPolicy::NewestWins, "a", "b", "c", -9), Decision::ConflictKept);
    }

    #[test]
    fn urgent_is_high_on_the_wire() {
        let mut task = crate::tasks::task::tests::task();
        task.priority = crate::tasks::Priority::Urgent;
        assert_eq!(wire(&task)["priority"], "high");
        assert_eq!(wire(&task)["deadline"], Value::Null);
    }
}
