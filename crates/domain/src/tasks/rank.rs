//! Order on the board: one fractional index (text, compared bytewise) per task within its project. A move writes one row.
//!
//! A rank is the digits of a fraction in base 36 that does not end in 0, so that there is always one between two. Ours because the kept
//! library for it panics once a byte has reached zero (`docs/decisions/0006`).

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Rank of a new task: by its number, so that new tasks stand at the end without asking for the last one.
pub fn initial(number: i64) -> String {
    let mut rest = u64::try_from(number).unwrap_or(0);
    let mut digits = Vec::new();
    for _ in 0..8 {
        digits.push(digit(usize::try_from(rest % 36).unwrap_or(0)));
        rest /= 36;
    }
    digits.iter().rev().collect::<String>() + "i"
}

/// A rank between two others (either may be absent). `None` where they are not in order or not ranks.
pub fn between(before: Option<&str>, after: Option<&str>) -> Option<String> {
    let valid = |rank: &str| !rank.is_empty() && !rank.ends_with('0') && rank.bytes().all(|b| DIGITS.contains(&b));
    if before.is_some_and(|r| !valid(r)) || after.is_some_and(|r| !valid(r)) {
        return None;
    }
    let before = before.unwrap_or("");
    if after.is_some_and(|after| before >= after) {
        return None;
    }
    Some(middle(before.as_bytes(), after.map(str::as_bytes)))
}

/// The shortest fraction between `low` and `high` (absent: 1).
fn middle(low: &[u8], high: Option<&[u8]>) -> String {
    if let Some(high) = high {
        let common = high.iter().enumerate().take_while(|(at, b)| low.get(*at).unwrap_or(&b'0') == *b).count();
        if common > 0 {
            let (head, tail) = high.split_at(common);
            return String::from_utf8_lossy(head).into_owned() + &middle(low.get(common..).unwrap_or(&[]), Some(tail));
        }
    }
    let from = low.first().map_or(0, |b| value(*b));
    let to = high.and_then(<[u8]>::first).map_or(DIGITS.len(), |b| value(*b));
    if to > from + 1 {
        return digit(usize::midpoint(from, to)).to_string();
    }
    match high {
        Some([first, _, ..]) => digit(value(*first)).to_string(),
        _ => digit(from).to_string() + &middle(low.get(1..).unwrap_or(&[]), None),
    }
}

fn digit(value: usize) -> char {
    DIGITS.get(value).map_or('0', |b| char::from(*b))
}

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|d| *d == digit).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_tasks_stand_in_order() {
        for (low, high) in [(1, 2), (35, 36), (1295, 1296), (999_999, 1_000_000)] {
            assert!(initial(low) < initial(high));
            let middle = between(Some(&initial(low)), Some(&initial(high))).unwrap();
            assert!(initial(low) < middle && middle < initial(high));
        }
    }

    #[test]
    fn there_is_always_one_between() {
        // Moves as people make them: always to the top, to the end, into one gap, and anywhere.
        let mut ranks: Vec<String> = (1..=20).map(initial).collect();
        let mut state = 7_usize;
        for round in 0..4000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = match round % 4 {
                0 => 0,
                1 => ranks.len(),
                2 => 3,
                _ => (state >> 33) % (ranks.len() + 1),
            };
            let low = at.checked_sub(1).and_then(|i| ranks.get(i)).cloned();
            let new = between(low.as_deref(), ranks.get(at).map(String::as_str)).unwrap();
            ranks.insert(at, new);
        }
        assert!(ranks.is_sorted());
        let mut unique = ranks.clone();
        unique.dedup();
        assert_eq!(unique.len(), ranks.len());
        assert!(ranks.iter().map(String::len).max().unwrap() < 400);
    }

    #[test]
    fn what_is_no_rank_is_refused() {
        let a = initial(1);
        assert_eq!(between(Some(&a), Some(&a)), None);
        assert_eq!(between(Some("b"), Some("a")), None);
        assert_eq!(between(Some("a0"), None), None);
        assert_eq!(between(None, Some("Ж")), None);
    }
}
