//! Query strings. A parameter that an operation does not know, or a value that makes no sense, is refused by name: a filter that is
//! silently ignored shows people the wrong list.

use std::collections::BTreeMap;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::web::Query;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::text::parse_instant;

use crate::problem::Problem;

/// Longest value of a parameter.
const VALUE_MAX: usize = 2000;
/// Most values of one parameter.
const VALUES_MAX: usize = 200;
/// Longest text to search for.
const TEXT_MAX: usize = 200;

/// The parameters of a request; each is taken out as it is read.
#[derive(Debug, Default)]
pub struct Params(BTreeMap<String, Vec<String>>);

impl FromRequest for Params {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::parse(req.query_string()))
    }
}

impl Params {
    /// Reads a query string.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_query(text).map_err(|_| Problem::query("the query string can't be read"))?;
        Self::of(pairs.into_inner())
    }
    /// Takes pairs from elsewhere: what can be a query can be kept in a body.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Problem> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            if value.contains('\0') || value.len() > VALUE_MAX {
                return Err(bad(&name, "is too long or has a character that is not allowed"));
            }
            found.entry(name).or_default().push(value);
        }
        Ok(Self(found))
    }
    /// The value of `name`; empty is absent.
    pub fn one(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(mut values) if values.len() == 1 => Ok(values.pop().filter(|v| !v.is_empty())),
            Some(_) => Err(bad(name, "is given more than once")),
        }
    }
    /// The values of `name`: comma-separated, or the parameter several times.
    pub fn list(&mut self, name: &str) -> Result<Vec<String>, Problem> {
        let values = self.0.remove(name).unwrap_or_default();
        let parts: Vec<String> =
            values.iter().flat_map(|v| v.split(',')).map(str::trim).filter(|v| !v.is_empty()).map(ToOwned::to_owned).collect();
        if parts.len() > VALUES_MAX { Err(bad(name, &format!("has more than {VALUES_MAX} values"))) } else { Ok(parts) }
    }
    /// A value of type `T`.
    pub fn parsed<T: FromStr>(&mut self, name: &str, expected: &str) -> Result<Option<T>, Problem> {
        self.one(name)?.map(|text| text.parse().map_err(|_| bad(name, expected))).transpose()
    }
    /// Values read by `read`.
    pub fn words<T>(&mut self, name: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Problem> {
        self.list(name)?.iter().map(|word| read(word).ok_or_else(|| bad(name, expected))).collect()
    }
    /// Ids.
    pub fn ids<T: From<i64>>(&mut self, name: &str) -> Result<Vec<T>, Problem> {
        self.words(name, "must be numbers", |word| word.parse::<i64>().ok().map(T::from))
    }
    /// One id.
    pub fn id<T: From<i64>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        Ok(self.parsed::<i64>(name, "must be a number")?.map(T::from))
    }
    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        self.parsed(name, "must be true or false")
    }
    /// Text to look for.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.one(name)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) {
            Some(text) if text.chars().count() > TEXT_MAX => Err(bad(name, &format!("has more than {TEXT_MAX} characters"))),
            text => Ok(text),
        }
    }
    /// The first instant that matches: a bare date begins at midnight in `zone`.
    pub fn from(&mut self, name: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, Problem> {
        self.instant(name, |text| match text.parse::<NaiveDate>() {
            Ok(date) => {
                let eve = date.checked_sub_days(Days::new(1))?;
                parse_instant(&eve.to_string(), zone)?.checked_add_signed(TimeDelta::seconds(1))
            }
            Err(_) => parse_instant(text, zone),
        })
    }
    /// The last instant that matches: a bare date ends with its last second in `zone`.
    pub fn to(&mut self, name: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, Problem> {
        self.instant(name, |text| parse_instant(text, zone))
    }
    fn instant(&mut self, name: &str, read: impl Fn(&str) -> Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, Problem> {
        use chrono::Datelike as _;
        let Some(text) = self.one(name)? else { return Ok(None) };
        // Years of more than four digits are written with a sign: nothing here is so far away.
        let near = Some(text.as_str()).filter(|text| !text.starts_with(['+', '-']));
        let found = near.and_then(read).filter(|at| (1..=9998).contains(&at.year()));
        found.map(Some).ok_or_else(|| bad(name, "must be an instant like 2026-11-30T18:00:00Z or a date like 2026-11-30"))
    }
    /// `limit` and `cursor`.
    pub fn page(&mut self) -> Result<PageRequest, Problem> {
        let limit = self.parsed("limit", "must be from 1 to 200")?;
        Ok(PageRequest::new(limit, self.one("cursor")?)?)
    }
    /// Refuses what was not taken.
    pub fn finish(self) -> Result<(), Problem> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Problem::no_parameter(name)),
        }
    }
}

/// 400 about one parameter.
pub fn bad(name: &str, what: &str) -> Problem {
    Problem::parameter(name, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_by_comma_or_repeated() {
        let mut params = Params::parse("tag=1,2&tag=3&q=%D0%BE%D1%82%D1%87%D1%91%D1%82+1").unwrap();
        assert_eq!(params.ids::<i64>("tag").unwrap(), vec![1, 2, 3]);
        assert_eq!(params.text("q").unwrap().as_deref(), Some("отчёт 1"));
        assert!(params.finish().is_ok());
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let detail = |problem: Problem| serde_json::to_value(problem.document(None)).unwrap()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail(Params::parse("colour=red").unwrap().finish().unwrap_err()), "there is no parameter colour");
        assert!(detail(Params::parse("tag=x").unwrap().ids::<i64>("tag").unwrap_err()).starts_with("tag "));
        assert!(Params::parse("limit=0").unwrap().page().is_err());
        assert!(Params::parse("limit=-1").unwrap().page().is_err());
        assert!(Params::parse("limit=1&limit=2").unwrap().page().is_err());
        assert!(Params::parse("q=%00").is_err());
        assert!(Params::parse(&format!("q={}", "x".repeat(201))).unwrap().text("q").is_err());
        assert!(Params::parse("open=yes").unwrap().flag("open").is_err());
    }

    #[test]
    fn a_date_is_a_whole_day_of_the_zone() {
        let mut params = Params::parse("a=2026-11-30&b=2026-11-30&c=2026-11-30T10:00:00Z&d=soon").unwrap();
        let text = |at: Option<DateTime<Utc>>| at.unwrap().to_rfc3339();
        assert_eq!(text(params.from("a", Tz::Europe__Moscow).unwrap()), "2026-11-29T21:00:00+00:00");
        assert_eq!(text(params.to("b", Tz::Europe__Moscow).unwrap()), "2026-11-30T20:59:59+00:00");
        assert_eq!(text(params.from("c", Tz::UTC).unwrap()), "2026-11-30T10:00:00+00:00");
        assert!(params.from("d", Tz::UTC).is_err());
    }
}
