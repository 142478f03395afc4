//! Errors of the databases as errors of the domain, in one place.

use sea_orm::{DbErr, RuntimeErr};
use tasktrack_domain::Error;

/// Unique constraints that a person can run into: PostgreSQL's name, SQLite's columns, code and text of the 409.
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("users_email_key", "users.email", "email-taken", "another person has this e-mail address"),
    ("tag_account_id_name_key", "tag.account_id, tag.name", "name-taken", "the account has a tag of this name"),
    (
        "task_template_account_id_name_key",
        "task_template.account_id, task_template.name",
        "name-taken",
        "the account has a template of this name",
    ),
    ("project_account_id_key_key", "project.account_id, project.key", "key-taken", "the account has a project with this key"),
    ("account_slug_key", "account.slug", "slug-taken", "another account has this slug"),
    ("integration_source_key", "integration.source", "source-taken", "another integration has this source"),
];

/// What the domain says of a failed statement.
pub(crate) fn translate(error: DbErr) -> Error {
    let inner = match &error {
        DbErr::Conn(RuntimeErr::SqlxError(e)) | DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => e,
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return Error::Unavailable(error.to_string()),
        _ => return Error::internal(error),
    };
    match inner.as_ref() {
        sqlx::Error::Database(database) => {
            if let Some(taken) = taken(database.as_ref()) {
                return taken;
            }
            if passing(database.as_ref()) { Error::Unavailable(error.to_string()) } else { Error::internal(error) }
        }
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Error::Unavailable(error.to_string())
        }
        _ => Error::internal(error),
    }
}

fn taken(error: &dyn sqlx::error::DatabaseError) -> Option<Error> {
    if !error.is_unique_violation() {
        return None;
    }
    let found = TAKEN.iter().find(|(constraint, columns, ..)| match error.constraint() {
        Some(name) => name == *constraint,
        None => error.message().strip_prefix("UNIQUE constraint failed: ") == Some(*columns),
    });
    found.map(|(_, _, code, detail)| Error::conflict(code, *detail))
}

/// Whether trying again may help: locks, time limits, serialisation, a server that goes or is full.
fn passing(error: &dyn sqlx::error::DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // Primary result code: 5 busy, 6 locked, 10 I/O, 13 full.
        return code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13));
    }
    matches!(code.as_ref(), "40001" | "40P01" | "55P03" | "57014" | "25P03" | "25P04")
        || ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
}
