//! Statements and rows: the one place where the two databases differ in binding and reading.
//!
//! Placeholders are `$1`, `$2` … on both. A statement's text is made of constants only ([`Sql::add`] takes nothing else); values are
//! always bound, lists as one value, so that the same question has the same text and its prepared plan is found again.

use std::str::FromStr;

use sea_orm::{DbBackend, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tasktrack_domain::{Error, Result};

pub(crate) use sea_orm::{QueryResult as Row, TryGetable, Value};

use crate::error::translate;

/// Values for a statement of fixed text, in order: `binds![id.0, name, at]`.
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Value::from($value)),*] };
}
pub(crate) use binds;

/// A statement with its values.
pub(crate) struct Sql {
    pg: bool,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`.
    pub(crate) fn new(pg: bool, text: &'static str) -> Self {
        Self { pg, text: text.to_owned(), values: Vec::new() }
    }
    /// `text` whose `$1`… are `values`; more may be added and bound after it.
    pub(crate) fn fixed(pg: bool, text: &'static str, values: Vec<Value>) -> Self {
        Self { pg, text: text.to_owned(), values }
    }
    /// Adds constant text.
    pub(crate) fn add(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }
    /// Adds the text for the one or the other database.
    pub(crate) fn either(&mut self, pg: &'static str, sqlite: &'static str) -> &mut Self {
        self.add(if self.pg { pg } else { sqlite })
    }
    /// Adds a placeholder for `value`.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }
    /// Adds values for placeholders that the text has already.
    pub(crate) fn values(&mut self, values: Vec<Value>) -> &mut Self {
        self.values.extend(values);
        self
    }
    /// Adds `= ANY(ids)`: put it after a column.
    pub(crate) fn any<T: Into<i64>>(&mut self, ids: impl IntoIterator<Item = T>) -> &mut Self {
        let ids: Vec<i64> = ids.into_iter().map(Into::into).collect();
        self.any_of(ids)
    }
    /// Adds `= ANY(words)`: put it after a column of type text.
    pub(crate) fn any_text<T: Into<String>>(&mut self, words: impl IntoIterator<Item = T>) -> &mut Self {
        let words: Vec<String> = words.into_iter().map(Into::into).collect();
        self.any_of(words)
    }
    /// Adds `= ANY(codes)`: put it after a column of type smallint.
    pub(crate) fn any_small(&mut self, codes: impl IntoIterator<Item = i16>) -> &mut Self {
        let codes: Vec<i16> = codes.into_iter().collect();
        self.any_of(codes)
    }
    fn any_of<T: Serialize>(&mut self, list: Vec<T>) -> &mut Self
    where
        Value: From<Vec<T>>,
    {
        if self.pg {
            self.add("= ANY(").bind(list).add(")")
        } else {
            let json = serde_json::to_string(&list).unwrap_or_else(|_| "[]".to_owned());
            self.add("IN (SELECT value FROM json_each(").bind(json).add("))")
        }
    }
    /// Adds "`column` contains `part`", whatever the case of either, in any alphabet.
    pub(crate) fn contains(&mut self, column: &'static str, part: &str) -> &mut Self {
        if self.pg {
            let mut pattern = String::from("%");
            for c in part.chars() {
                if matches!(c, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
            pattern.push('%');
            self.add(column).add(" ILIKE ").bind(pattern)
        } else {
            self.add(column).add(" GLOB ").bind(glob(part))
        }
    }
    /// Ready to be run.
    pub(crate) fn statement(self) -> Statement {
        let backend = if self.pg { DbBackend::Postgres } else { DbBackend::Sqlite };
        Statement::from_sql_and_values(backend, self.text, self.values)
    }
}

/// SQLite's `lower` and `LIKE` know only ASCII; GLOB with both cases of every letter knows all.
fn glob(part: &str) -> String {
    let mut pattern = String::from("*");
    for c in part.chars() {
        let (lower, upper): (Vec<char>, Vec<char>) = (c.to_lowercase().collect(), c.to_uppercase().collect());
        match (lower.as_slice(), upper.as_slice()) {
            ([l], [u]) if l != u => pattern.extend(['[', *l, *u, ']']),
            _ if matches!(c, '*' | '?' | '[' | ']') => pattern.extend(['[', c, ']']),
            _ => pattern.push(c),
        }
    }
    pattern.push('*');
    pattern
}

/// `value` as a JSON column takes it.
pub(crate) fn json(value: &impl Serialize) -> Result<Value> {
    let value = serde_json::to_value(value).map_err(Error::internal)?;
    Ok(Value::Json(Some(Box::new(value))))
}

/// The same where it may be absent.
pub(crate) fn json_opt(value: Option<&impl Serialize>) -> Result<Value> {
    value.map_or(Ok(Value::Json(None)), json)
}

/// Reading columns by name.
pub(crate) trait Get {
    /// A value (`Option` where it may be NULL): i64, i32, i16, f64, bool, String, Uuid, `DateTime<Utc>`.
    fn get<T: TryGetable>(&self, column: &str) -> Result<T>;
    /// An id.
    fn id<T: From<i64>>(&self, column: &str) -> Result<T>;
    /// An id that may be NULL.
    fn id_opt<T: From<i64>>(&self, column: &str) -> Result<Option<T>>;
    /// A word of a closed set, or a zone.
    fn word<T: FromStr>(&self, column: &str) -> Result<T>;
    /// A JSON column, as `T`.
    fn json<T: DeserializeOwned + Send + Sync + Unpin + 'static>(&self, column: &str) -> Result<T>;
    /// A JSON column that may be NULL.
    fn json_opt<T: DeserializeOwned + Send + Sync + Unpin + 'static>(&self, column: &str) -> Result<Option<T>>;
}

impl Get for Row {
    fn get<T: TryGetable>(&self, column: &str) -> Result<T> {
        self.try_get_by(column).map_err(translate)
    }
    fn id<T: From<i64>>(&self, column: &str) -> Result<T> {
        self.get::<i64>(column).map(T::from)
    }
    fn id_opt<T: From<i64>>(&self, column: &str) -> Result<Option<T>> {
        Ok(self.get::<Option<i64>>(column)?.map(T::from))
    }
    fn word<T: FromStr>(&self, column: &str) -> Result<T> {
        let word: String = self.get(column)?;
        word.parse().map_err(|_| Error::internal(format!("{column} holds the unknown word {word}")))
    }
    fn json<T: DeserializeOwned + Send + Sync + Unpin + 'static>(&self, column: &str) -> Result<T> {
        self.json_opt(column)?.ok_or_else(|| Error::internal(format!("{column} is NULL")))
    }
    fn json_opt<T: DeserializeOwned + Send + Sync + Unpin + 'static>(&self, column: &str) -> Result<Option<T>> {
        use sqlx::Row as _;
        use sqlx::types::Json;
        let read = if let Some(row) = self.try_as_pg_row() {
            row.try_get::<Option<Json<T>>, _>(column)
        } else if let Some(row) = self.try_as_sqlite_row() {
            row.try_get::<Option<Json<T>>, _>(column)
        } else {
            return Err(Error::internal("a row of neither database"));
        };
        read.map(|value| value.map(|json| json.0)).map_err(|e| Error::internal(format!("{column}: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_for_lists_of_any_length() {
        for pg in [true, false] {
            let text = |ids: Vec<i64>| {
                let mut sql = Sql::new(pg, "SELECT 1 FROM task t WHERE t.id ");
                sql.any(ids).add(" AND t.version = ").bind(1_i64);
                sql.statement().sql
            };
            assert_eq!(text(vec![1]), text(vec![1, 2, 3]));
            assert!(text(vec![]).ends_with("AND t.version = $2"));
        }
    }

    #[test]
    fn glob_knows_both_cases_and_no_wildcards_of_the_user() {
        assert_eq!(glob("Сч"), "*[сС][чЧ]*");
        assert_eq!(glob("a*1"), "*[aA][*]1*");
    }
}
