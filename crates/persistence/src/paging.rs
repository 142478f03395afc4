//! Keyset pages of lists ordered by a text and the id.

use tasktrack_domain::page::PageRequest;
use tasktrack_domain::{Error, Result};

use crate::sql::Sql;

/// What a page begins after: the last row's text and id.
pub(crate) struct After {
    pub(crate) text: String,
    pub(crate) id: i64,
}

/// The cursor of `page`, if it has one and it was made for `fingerprint`.
pub(crate) fn after(page: &PageRequest, fingerprint: &str) -> Result<Option<After>> {
    let Some(values) = page.after(fingerprint)? else { return Ok(None) };
    match values.as_slice() {
        [text, id] => match (text.as_str(), id.as_i64()) {
            (Some(text), Some(id)) => Ok(Some(After { text: text.to_owned(), id })),
            _ => Err(bad()),
        },
        _ => Err(bad()),
    }
}

/// The same where rows are ordered by one number.
pub(crate) fn after_number(page: &PageRequest, fingerprint: &str) -> Result<Option<i64>> {
    let Some(values) = page.after(fingerprint)? else { return Ok(None) };
    match values.as_slice() {
        [number] => number.as_i64().ok_or_else(bad).map(Some),
        _ => Err(bad()),
    }
}

fn bad() -> Error {
    Error::bad_request("invalid-query", "cursor is not one of ours")
}

/// Ends the SELECT of a list: rows after the cursor by (`t.column`, `t.id`), one more than the page has. The condition begins with AND.
pub(crate) fn by_text(sql: &mut Sql, column: &'static str, after: Option<After>, page: &PageRequest) {
    if let Some(after) = after {
        sql.add(" AND (t.").add(column).add(", t.id) > (").bind(after.text).add(", ").bind(after.id).add(")");
    }
    sql.add(" ORDER BY t.").add(column).add(", t.id LIMIT ").bind(i64::from(page.limit) + 1);
}

/// One row more than the page has: it tells whether there is a next one.
pub(crate) fn limit(page: &PageRequest) -> i64 {
    i64::from(page.limit) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use tasktrack_domain::page::cursor;

    #[test]
    fn a_cursor_of_another_shape_is_refused() {
        let request = |values| PageRequest { limit: 1, cursor: Some(cursor("f", values)) };
        let found = after(&request(vec!["a".into(), 7.into()]), "f").unwrap().unwrap();
        assert_eq!((found.text.as_str(), found.id), ("a", 7));
        assert_eq!(after(&request(vec![7.into()]), "f").err().map(|e| e.code().to_owned()).as_deref(), Some("invalid-query"));
        assert_eq!(after_number(&request(vec![7.into()]), "f").unwrap(), Some(7));
    }
}
