//! Orders of lists: which columns, how a cursor's values are read, and the condition "after this row".
//!
//! Empty values come last in both directions on both databases. Only `due_date` can be empty. Where it leads, a list is read in two
//! parts (tasks with one, then tasks without), each in the order of an index; elsewhere "is empty" is a column of its own.

use chrono::{DateTime, Datelike as _, Utc};
use serde_json::{Value, json};
use tasktrack_domain::tasks::TaskRow;
use tasktrack_domain::tasks::filter::{SortField, TaskSort};
use tasktrack_domain::{Error, Result};

use crate::sql::Sql;

/// A column of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Due,
    Created,
    Updated,
    Priority,
    Status,
    Title,
    Project,
    Number,
    Rank,
    Id,
}

/// Value of a column in a cursor.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    Null,
    Instant(DateTime<Utc>),
    Int(i64),
    Text(String),
}

/// Columns with their direction (true = descending).
pub(super) type Columns = Vec<(Column, bool)>;

/// The columns of `sort`, ending with the id. Keys are ordered by project and number (ERP-9 before ERP-10).
pub(super) fn columns(sort: &TaskSort) -> Columns {
    let mut columns = Columns::new();
    for (field, descending) in &sort.0 {
        let column = match field {
            SortField::DueDate => Column::Due,
            SortField::CreatedAt => Column::Created,
            SortField::UpdatedAt => Column::Updated,
            SortField::Priority => Column::Priority,
            SortField::Status => Column::Status,
            SortField::Title => Column::Title,
            SortField::Key => {
                columns.push((Column::Project, *descending));
                Column::Number
            }
            SortField::Rank => Column::Rank,
            SortField::Id => Column::Id,
        };
        columns.push((column, *descending));
        if column == Column::Id {
            return columns;
        }
    }
    columns.push((Column::Id, columns.last().is_some_and(|(_, d)| *d)));
    columns
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Due => "t.due_date",
            Self::Created => "t.created_at",
            Self::Updated => "t.updated_at",
            Self::Priority => "t.priority",
            Self::Status => "t.status",
            Self::Title => "t.title",
            Self::Project => "t.project_id",
            Self::Number => "t.number",
            Self::Rank => "t.rank",
            Self::Id => "t.id",
        }
    }
    /// The value for a cursor.
    pub(super) fn of(self, row: &TaskRow) -> Value {
        match self {
            Self::Due => json!(row.due_date),
            Self::Created => json!(row.created_at),
            Self::Updated => json!(row.updated_at),
            Self::Priority => json!(row.priority.code()),
            Self::Status => json!(row.status.code()),
            Self::Title => json!(row.title),
            Self::Project => json!(row.project.id),
            Self::Number => json!(row.key.rsplit('-').next().and_then(|n| n.parse::<i64>().ok())),
            Self::Rank => json!(row.rank),
            Self::Id => json!(row.id),
        }
    }
    /// A cursor's value, if this column can have it.
    fn read(self, value: &Value) -> Option<Key> {
        match (self, value) {
            (Self::Due, Value::Null) => Some(Key::Null),
            (Self::Due | Self::Created | Self::Updated, Value::String(text)) => {
                let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
                (0..=9999).contains(&at.year()).then_some(Key::Instant(at))
            }
            (Self::Priority | Self::Status, Value::Number(n)) => n.as_i64().filter(|n| (0..=9).contains(n)).map(Key::Int),
            (Self::Project | Self::Number | Self::Id, Value::Number(n)) => n.as_i64().map(Key::Int),
            (Self::Title | Self::Rank, Value::String(text)) => (!text.contains('\0')).then(|| Key::Text(text.clone())),
            _ => None,
        }
    }
}

/// The values of a cursor, which may have been made up by anybody.
pub(super) fn keys(columns: &Columns, values: &[Value]) -> Result<Vec<Key>> {
    let read = || {
        if values.len() != columns.len() {
            return None;
        }
        columns.iter().zip(values).map(|((column, _), value)| column.read(value)).collect()
    };
    read().ok_or_else(|| Error::bad_request("invalid-query", "cursor is not one of ours"))
}

/// Adds `ORDER BY …`.
pub(super) fn order_by(sql: &mut Sql, columns: &[(Column, bool)], due_is_set: bool) {
    for (at, (column, descending)) in columns.iter().enumerate() {
        sql.add(if at == 0 { " ORDER BY " } else { ", " });
        if *column == Column::Due && !due_is_set {
            sql.add("t.due_date IS NULL, ");
        }
        sql.add(column.name()).add(if *descending { " DESC" } else { "" });
    }
}

/// Adds "comes after `keys` in the order of `columns`".
pub(super) fn after(sql: &mut Sql, columns: &[(Column, bool)], keys: &[Key], due_is_set: bool) {
    let Some(((first, descending), key)) = columns.first().zip(keys.first()) else { return };
    let nullable = !due_is_set && columns.iter().any(|(c, _)| *c == Column::Due);
    if !nullable && columns.iter().all(|(_, d)| d == descending) {
        // One comparison of rows: an index on exactly these columns starts at the place.
        sql.add(" AND (");
        for (at, (column, _)) in columns.iter().enumerate() {
            sql.add(if at == 0 { "" } else { ", " }).add(column.name());
        }
        sql.add(if *descending { ") < (" } else { ") > (" });
        for (at, key) in keys.iter().enumerate() {
            sql.add(if at == 0 { "" } else { ", " });
            bind(sql, key);
        }
        sql.add(")");
        return;
    }
    if *first != Column::Due || due_is_set {
        // Implied by what follows; here, so that an index on the first column can start at the place.
        sql.add(" AND ").add(first.name()).add(if *descending { " <= " } else { " >= " });
        bind(sql, key);
    }
    sql.add(" AND ");
    let mut open = 0;
    let last = columns.len().saturating_sub(1);
    for (at, ((column, descending), key)) in columns.iter().zip(keys).enumerate() {
        sql.add("(");
        beyond(sql, *column, *descending, key, *column == Column::Due && !due_is_set);
        if at < last {
            sql.add(" OR (");
            same(sql, *column, key);
            sql.add(" AND ");
            open += 1;
        } else {
            sql.add(")");
        }
    }
    for _ in 0..open {
        sql.add("))");
    }
}

fn beyond(sql: &mut Sql, column: Column, descending: bool, key: &Key, nullable: bool) {
    if *key == Key::Null {
        sql.add("FALSE");
        return;
    }
    sql.add(column.name()).add(if descending { " < " } else { " > " });
    bind(sql, key);
    if nullable {
        sql.add(" OR ").add(column.name()).add(" IS NULL");
    }
}

fn same(sql: &mut Sql, column: Column, key: &Key) {
    if *key == Key::Null {
        sql.add(column.name()).add(" IS NULL");
        return;
    }
    sql.add(column.name()).add(" = ");
    bind(sql, key);
}

fn bind(sql: &mut Sql, key: &Key) {
    match key {
        Key::Null => _ = sql.add("NULL"),
        Key::Instant(at) => _ = sql.bind(*at),
        Key::Int(n) => _ = sql.bind(*n),
        Key::Text(text) => _ = sql.bind(text.clone()),
    }
}
