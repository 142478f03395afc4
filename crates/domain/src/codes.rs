//! Every code an error can have, with its title and a sentence. Served under `/problems/{code}`; a test holds the list complete.

/// A registered code.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    pub code: &'static str,
    /// HTTP status; 0 for codes of single fields and of dead letters.
    pub status: u16,
    pub title: &'static str,
    pub about: &'static str,
}

const fn code(status: u16, code: &'static str, title: &'static str, about: &'static str) -> Code {
    Code { code, status, title, about }
}

/// All of them.
pub const CODES: &[Code] = &[
    code(400, "invalid-json", "Not JSON", "The body could not be read as JSON."),
    code(400, "invalid-query", "Bad query", "A query parameter has a value that it can't have; the detail names it."),
    code(400, "cursor-mismatch", "Other list", "The cursor was made for other filters or another order. Start again without it."),
    code(401, "unauthenticated", "Not signed in", "Nobody is signed in, or the token does not hold, or its session has ended."),
    code(401, "token-expired", "Token expired", "The access token is over; refresh it."),
    code(401, "bad-credentials", "Wrong e-mail or password", "The address is unknown or the password wrong; which of them is not said."),
    code(403, "forbidden", "Not allowed", "You can see this, but your roles do not allow the action."),
    code(403, "account-expired", "Account expired", "The account has expired: it can be read, not changed."),
    code(403, "registration-closed", "Registration closed", "New people come by invitation of an administrator."),
    code(403, "bad-origin", "Foreign origin", "The request came from a page of another site."),
    code(404, "not-found", "Not found", "There is no such thing, or you can't see it."),
    code(405, "method-not-allowed", "Method not allowed", "This address has other methods; see Allow."),
    code(409, "conflict", "Conflict", "The present state does not allow this."),
    code(409, "email-taken", "Address taken", "Somebody has this e-mail address."),
    code(409, "name-taken", "Name taken", "The account has one with this name."),
    code(409, "key-taken", "Key taken", "The account has a project with this key."),
    code(409, "slug-taken", "Slug taken", "There is an account with this slug."),
    code(409, "transition-refused", "Step refused", "A task can't go from its status to this one, or not by you."),
    code(409, "rank-taken", "Same place", "Two tasks share one place on the board; move one of them first."),
    code(
        409,
        "task-blocked",
        "Blocked",
        "An open task blocks this one; `blocked_by` names those that you can see. Say `even_if_blocked` to end it all the same.",
    ),
    code(409, "undo-too-late", "Too late", "A change can be taken back only for a short time."),
    code(409, "no-workers", "Nobody to assign to", "The project has no workers."),
    code(409, "already-resolved", "Already settled", "Somebody has settled this before."),
    code(409, "source-taken", "Source taken", "There is an integration with this source, or it is our own name."),
    code(409, "request-in-progress", "In progress", "An equal request is being worked on."),
    code(412, "version-mismatch", "Changed meanwhile", "If-Match names another version; `current` is the present state."),
    code(413, "too-large", "Too large", "The body is larger than allowed."),
    code(415, "unsupported-media-type", "Not JSON", "Bodies are application/json."),
    code(422, "invalid", "Invalid", "The input breaks rules; `errors` names every field."),
    code(422, "unknown-field", "Unknown field", "The body has a member that this operation does not know."),
    code(422, "idempotency-key-reused", "Key used before", "The Idempotency-Key was used for another request."),
    code(429, "rate-limited", "Too many requests", "Wait as Retry-After says."),
    code(500, "internal", "Our fault", "Something broke on our side; the request id finds it in our log."),
    code(503, "unavailable", "Not available", "The database does not answer. Nothing was half done; try again."),
    code(0, "required", "Required", "Must not be empty."),
    code(0, "too-long", "Too long", "Longer than allowed."),
    code(0, "too-short", "Too short", "Shorter than allowed."),
    code(0, "too-many", "Too many", "More entries than allowed."),
    code(0, "too-deep", "Too deep", "Nested deeper than allowed."),
    code(0, "nul", "NUL", "The character NUL is not allowed."),
    code(0, "out-of-range", "Out of range", "Outside the allowed range."),
    code(0, "type", "Wrong type", "Another JSON type is expected."),
    code(0, "value", "Unknown value", "Not one of the allowed values."),
    code(0, "color", "Colour", "A colour like #3B7A57."),
    code(0, "email", "E-mail", "An address like name@example.com."),
    code(0, "language", "Language", "ru or en."),
    code(0, "time-zone", "Time zone", "An IANA name like Europe/Moscow."),
    code(0, "instant", "Instant", "An instant like 2026-11-30T18:00:00Z or a date like 2026-11-30."),
    code(0, "key", "Key", "2 to 10 capital letters and digits, a letter first."),
    code(0, "password-length", "Password length", "From 8 to 256 characters."),
    code(0, "password-common", "Common password", "Among the first that are tried."),
    code(0, "before-start", "Ends before it starts", "The planned end is before the planned start."),
    code(0, "cycle", "Cycle", "A task can't be a sub-task of itself, nor block or duplicate itself, also not through others."),
    code(0, "archived", "Archived", "The project is archived."),
    code(0, "one-of", "One of", "Exactly one of the named members."),
    code(0, "unknown-reference", "Unknown reference", "There is no such thing in this account."),
    code(0, "unknown-source", "Unknown source", "No enabled integration has this source."),
    code(0, "unknown-type", "Unknown event type", "We don't know this event type."),
    code(0, "unknown-status", "Unknown status", "Not a status of the exchange."),
    code(0, "unknown-task", "Unknown task", "No such task came within the waiting time."),
    code(0, "schema", "Schema", "The message does not match its schema."),
];

/// A code by its name.
pub fn find(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|c| c.code == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = CODES.iter().map(|c| c.code).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
