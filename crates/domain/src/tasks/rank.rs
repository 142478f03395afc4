//! Order on the board: one fractional index (text, compared bytewise) per task within its project. A move writes one row.

use fractional_index::FractionalIndex;

/// Rank of a new task: by its number, so that new tasks stand at the end without asking for the last one.
pub fn initial(number: i64) -> String {
    format!("{number:010x}80")
}

/// A rank between two others (either may be absent). `None` where the two are equal or not ranks.
pub fn between(before: Option<&str>, after: Option<&str>) -> Option<String> {
    let read = |text: &str| FractionalIndex::from_string(text).ok();
    let index = match (before, after) {
        (None, None) => FractionalIndex::default(),
        (Some(before), None) => FractionalIndex::new_after(&read(before)?),
        (None, Some(after)) => FractionalIndex::new_before(&read(after)?),
        (Some(before), Some(after)) => FractionalIndex::new_between(&read(before)?, &read(after)?)?,
    };
    Some(index.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_lie_between() {
        let (a, b) = (initial(1), initial(2));
        assert!(a < b && initial(255) < initial(256));
        let mut low = a.clone();
        for _ in 0..200 {
            let middle = between(Some(&low), Some(&b)).unwrap();
            assert!(low < middle && middle < b);
            low = middle;
        }
        assert!(between(None, Some(&a)).unwrap() < a);
        assert!(between(Some(&b), None).unwrap() > b);
        assert_eq!(between(Some(&a), Some(&a)), None);
    }
}
