//! Limits and checks that every text field shares.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::error::Violation;
use crate::ids::UserId;

/// Longest title, in characters.
pub const TITLE_MAX: usize = 300;
/// Longest description or comment, in characters.
pub const BODY_MAX: usize = 100_000;
/// Longest name of a thing, in characters.
pub const NAME_MAX: usize = 200;

/// Collects violations; the use case turns them into one 422.
#[derive(Debug, Default)]
pub struct Check(pub Vec<Violation>);

impl Check {
    /// `value` has from `min` to `max` characters and no NUL (PostgreSQL can't store it; so refused on both databases).
    pub fn text(&mut self, pointer: &str, value: &str, min: usize, max: usize) {
        let count = value.chars().count();
        if value.contains('\0') {
            self.add(pointer, "nul", "the character NUL is not allowed");
        } else if min > 0 && value.trim().is_empty() {
            self.add(pointer, "required", "must not be empty");
        } else if count < min {
            self.add(pointer, "too-short", format!("at least {min} characters, here {count}"));
        } else if count > max {
            self.add(pointer, "too-long", format!("at most {max} characters, here {count}"));
        }
    }
    /// `value` lies in `0..=max` and is a finite number.
    pub fn hours(&mut self, pointer: &str, value: f64) {
        if !value.is_finite() || !(0.0..=100_000.0).contains(&value) {
            self.add(pointer, "out-of-range", "hours from 0 to 100000");
        }
    }
    /// `value` is `#RRGGBB`.
    pub fn color(&mut self, pointer: &str, value: &str) {
        let hex = value.strip_prefix('#').is_some_and(|h| h.len() == 6 && h.bytes().all(|b| b.is_ascii_hexdigit()));
        if !hex {
            self.add(pointer, "color", "a colour like #3B7A57");
        }
    }
    /// An instant between the years 1900 and 9999 (what both databases and the wire formats keep).
    pub fn instant(&mut self, pointer: &str, value: DateTime<Utc>) {
        use chrono::Datelike as _;
        if !(1900..=9999).contains(&value.year()) {
            self.add(pointer, "out-of-range", "a year from 1900 to 9999");
        }
    }
    /// Free JSON: at most `max` bytes, at most 16 levels, no NUL.
    pub fn json(&mut self, pointer: &str, value: &Map<String, Value>, max: usize) {
        let (size, (depth, nul)) = (serde_json::to_string(value).map_or(0, |text| text.len()), members(value));
        if size > max {
            self.add(pointer, "too-long", format!("at most {max} bytes, here {size}"));
        }
        if depth > 16 {
            self.add(pointer, "too-deep", "at most 16 levels");
        }
        if nul {
            self.add(pointer, "nul", "the character NUL is not allowed");
        }
    }
    /// Adds a violation.
    pub fn add(&mut self, pointer: &str, code: &str, detail: impl Into<String>) {
        self.0.push(Violation::new(pointer, code, detail));
    }
    /// `Err` with all that was found.
    pub fn done(self) -> crate::error::Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(crate::error::Error::Invalid(self.0)) }
    }
}

/// How deep JSON is nested, and whether a NUL is in it.
fn shape(value: &Value) -> (usize, bool) {
    match value {
        Value::String(text) => (0, text.contains('\0')),
        Value::Array(items) => {
            let (depth, nul) = items.iter().map(shape).fold((0, false), |a, b| (a.0.max(b.0), a.1 || b.1));
            (depth + 1, nul)
        }
        Value::Object(object) => members(object),
        _ => (0, false),
    }
}

fn members(object: &Map<String, Value>) -> (usize, bool) {
    let named = object.iter().map(|(name, value)| {
        let (depth, nul) = shape(value);
        (depth, nul || name.contains('\0'))
    });
    let (depth, nul) = named.fold((0, false), |a, b| (a.0.max(b.0), a.1 || b.1));
    (depth + 1, nul)
}

/// An instant as people and the ERP write it: RFC 3339 with any offset; without an offset in `zone`;
/// a bare date means 23:59:59 of that day in `zone`. `None` where it is none of these.
pub fn parse_instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    use chrono::SubsecRound as _;
    if let Ok(at) = DateTime::<FixedOffset>::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc).trunc_subsecs(6));
    }
    let local = if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        date.and_time(NaiveTime::from_hms_opt(23, 59, 59)?)
    } else {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|form| chrono::NaiveDateTime::parse_from_str(text, form).ok())?
    };
    // An hour that is skipped in spring does not exist: the next one that does.
    let at =
        zone.from_local_datetime(&local).latest().or_else(|| zone.from_local_datetime(&(local + chrono::Duration::hours(1))).latest())?;
    Some(at.with_timezone(&Utc).trunc_subsecs(6))
}

/// An instant as it goes over the wire: UTC, `Z`, fractional seconds only where there are some.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// The people mentioned in Markdown: links `[@Name](/users/12)`, each once, in order.
pub fn mentions(body: &str) -> Vec<UserId> {
    let mut found = Vec::new();
    for (at, _) in body.match_indices("](/users/") {
        let digits: String = body[at + "](/users/".len()..].chars().take_while(char::is_ascii_digit).collect();
        let opened = body[..at].rfind('[').is_some_and(|open| body[open..at].starts_with("[@"));
        if let (true, Ok(id)) = (opened, digits.parse::<i64>())
            && !found.contains(&UserId(id))
        {
            found.push(UserId(id));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_ends_the_day_of_the_zone() {
        let zone: Tz = "Europe/Moscow".parse().unwrap();
        assert_eq!(instant(parse_instant("2026-11-30", zone).unwrap()), "2026-11-30T20:59:59Z");
        assert_eq!(instant(parse_instant("2026-11-30T10:00:00", zone).unwrap()), "2026-11-30T07:00:00Z");
        assert_eq!(instant(parse_instant("2026-11-30T10:00:00+05:00", zone).unwrap()), "2026-11-30T05:00:00Z");
        assert_eq!(parse_instant("tomorrow", zone), None);
        let berlin: Tz = "Europe/Berlin".parse().unwrap();
        assert_eq!(instant(parse_instant("2026-03-29T02:30:00", berlin).unwrap()), "2026-03-29T01:30:00Z", "a skipped hour");
    }

    #[test]
    fn mentions_are_links_to_people() {
        assert_eq!(mentions("[@Иван](/users/12), [@Иван](/users/12) и [@A](/users/3)"), vec![UserId(12), UserId(3)]);
        assert_eq!(mentions("[Иван](/users/12) [@x](/users/x)"), vec![]);
    }

    #[test]
    fn nul_and_length_are_found() {
        let mut check = Check::default();
        check.text("/title", "a\0", 1, 10);
        check.text("/title", "  ", 1, 10);
        check.text("/title", "ддд", 0, 2);
        check.color("/color", "red");
        check.hours("/h", f64::NAN);
        let deep = (0..17).fold(Value::from("a\0"), |inner, _| serde_json::json!({ "x": inner }));
        check.json("/json", deep.as_object().unwrap(), 10);
        let codes: Vec<_> = check.0.iter().map(|v| v.code.as_str()).collect();
        assert_eq!(codes, ["nul", "required", "too-long", "color", "out-of-range", "too-long", "too-deep", "nul"]);
    }
}
