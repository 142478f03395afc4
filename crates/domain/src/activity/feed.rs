//! What happens to the tasks one sees, newest first, and where one is mentioned. Read straight from the log and by indexes of its own: the
//! cost grows with the page, not with the log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::event::EventRecord;
use crate::ids::{AccountId, CommentId, ProjectId, UserId};
use crate::page::{Page, PageRequest};
use crate::policy::Facts;
use crate::refs::{PersonRef, TaskRef};
use crate::tasks::queries::{HistoryEntry, is_internal};

/// What of the log is asked for. `Debug` of it is the cursor's fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedFilter {
    /// Events at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Events before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Of these projects; else of all that one sees.
    pub projects: Vec<ProjectId>,
    /// Who did it.
    pub actor: Option<UserId>,
    /// Only tasks that this person owns, works on, watches, supervises or made.
    pub mine_of: Option<UserId>,
    /// With `mine_of`: their own acts too.
    pub own: bool,
}

/// An event as the repository finds it, with the task as it is today.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedRow {
    pub task: TaskRef,
    pub account_id: AccountId,
    pub project_id: ProjectId,
    pub event: EventRecord,
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedItem {
    pub task: TaskRef,
    pub event: HistoryEntry,
}

/// A place where one is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    pub task: TaskRef,
    /// The comment; `None`: the description.
    pub comment_id: Option<CommentId>,
    pub by: PersonRef,
    pub at: DateTime<Utc>,
    /// Plain text around it.
    pub excerpt: String,
}

/// Events of visible tasks, newest first. Ranks, links to ERPs and notes of the exchange are no news. Who does not see internal comments does
/// not see their events.
pub async fn activity(ctx: &Ctx, filter: &FeedFilter, page: &PageRequest) -> Result<Page<FeedItem>> {
    let mut found = ctx.read().await?.feeds().activity(filter, page).await?;
    found.items.retain(|row| {
        // By project alone: the repository has found that the task itself is visible.
        let facts = Facts { account_id: row.account_id, project_id: Some(row.project_id), client_visible: true, ..Facts::default() };
        let whole = ctx.actor.scope.reads(row.account_id);
        (whole || !row.event.event_type.names_another())
            && (!is_internal(row.event.payload.comment.as_ref()) || ctx.actor.sees_internal(&facts))
    });
    Ok(found.map(|row| FeedItem { task: row.task, event: HistoryEntry::of(row.event) }))
}

/// Where one is mentioned, in comments and descriptions that one may see, newest first.
pub async fn mentions(ctx: &Ctx, page: &PageRequest) -> Result<Page<Mention>> {
    let me = ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    ctx.read().await?.feeds().mentions(me, page).await
}

/// Characters before and after the name.
const BEFORE: usize = 60;
const AFTER: usize = 140;

/// The words around the mention of `person` in a piece of Markdown, as plain text.
pub fn excerpt(markdown: &str, person: UserId) -> String {
    let link = format!("](/users/{person})");
    let (before, name, after) = match markdown.find(&link) {
        None => (markdown, "", ""),
        Some(at) => {
            let open = markdown[..at].rfind('[').unwrap_or(at);
            (&markdown[..open], markdown[open..at].trim_start_matches('['), &markdown[at + link.len()..])
        }
    };
    let (before, after) = (plain(before), plain(after));
    let (skip, keep) = (before.chars().count().saturating_sub(BEFORE), after.chars().count());
    // Words are not cut in two, but for very long ones.
    let mut head: String = before.chars().skip(skip).collect();
    if skip > 0 {
        let whole = head.split_once(' ').map_or(head.as_str(), |(_, rest)| rest);
        head = format!("…{whole}");
    }
    let mut tail: String = after.chars().take(AFTER).collect();
    if keep > AFTER {
        let whole = tail.rsplit_once(' ').map_or(tail.as_str(), |(rest, _)| rest);
        tail = format!("{whole}…");
    }
    let text = format!("{head}{name}{tail}");
    text.trim().to_owned()
}

/// Markdown without its marks: links become their words, white space one space (which stays at the ends, between words and a name).
fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        text += &rest[..open];
        let inside = &rest[open + 1..];
        let link = inside.find("](").filter(|close| !inside[..*close].contains(['[', '\n']));
        match link.and_then(|close| inside[close..].find(')').map(|end| (close, close + end + 1))) {
            Some((close, end)) => {
                text += &inside[..close];
                rest = &inside[end..];
            }
            None => {
                text.push('[');
                rest = inside;
            }
        }
    }
    text += rest;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '`' | '#' | '>' | '~' => {}
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_plain_text_around_the_name() {
        let me = UserId(12);
        assert_eq!(excerpt("## Итог\n\nСмотри, [@Мария](/users/12), **это** [тут](https://x.y/z)!", me), "Итог Смотри, @Мария, это тут!");
        assert_eq!(excerpt("[@A](/users/1) и [@Мария](/users/12)", me), "@A и @Мария");
        assert_eq!(excerpt("- [ ] [@Мария](/users/12) проверить", me), "- [ ] @Мария проверить");
        let long = format!("{} [@Мария](/users/12) {}", "слово ".repeat(50), "дело ".repeat(50));
        let cut = excerpt(&long, me);
        assert!(cut.starts_with("…слово") && cut.contains(" @Мария дело") && cut.ends_with("дело…"), "{cut}");
        assert!(cut.chars().count() < 220);
        assert_eq!(excerpt("не упомянута", me), "не упомянута");
    }
}
