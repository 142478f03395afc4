//! Names of people, projects and tags, remembered for two seconds: nearly every task names the same few, and looking them up costs a list
//! as much as its rows.
//!
//! Only what is committed comes in: a unit of work that has itself changed a name neither uses nor fills the book, and empties it when it
//! commits. Another node's change of a name is so seen after two seconds at most, one of this node at once.

use std::collections::HashMap;
use std::sync::{RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use tasktrack_domain::ids::{ProjectId, TagId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef};

const LIFE: Duration = Duration::from_secs(2);
/// More than this are not worth the memory.
const MOST: usize = 20_000;

/// Names behind ids.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) people: HashMap<UserId, PersonRef>,
    pub(crate) projects: HashMap<ProjectId, ProjectRef>,
    pub(crate) tags: HashMap<TagId, TagRef>,
}

struct Pages {
    known: Known,
    since: Instant,
    /// Grows each time the book is emptied: what was read before is not written in after.
    epoch: u64,
}

/// The book of a process.
pub(crate) struct Book(RwLock<Pages>);

impl Default for Book {
    fn default() -> Self {
        Self(RwLock::new(Pages { known: Known::default(), since: Instant::now(), epoch: 0 }))
    }
}

impl Book {
    fn pages(&self) -> RwLockReadGuard<'_, Pages> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
    /// Lets `take` copy what it needs; gives the number with which to bring the rest back.
    pub(crate) fn look(&self, take: impl FnOnce(&Known)) -> u64 {
        let pages = self.pages();
        if pages.since.elapsed() < LIFE {
            take(&pages.known);
        }
        pages.epoch
    }
    /// Writes in what was read after a look that gave `epoch`.
    pub(crate) fn keep(&self, epoch: u64, more: Known) {
        let mut pages = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if pages.epoch != epoch {
            return;
        }
        let size = pages.known.people.len() + pages.known.projects.len() + pages.known.tags.len();
        if pages.since.elapsed() >= LIFE || size > MOST {
            pages.known = Known::default();
            pages.since = Instant::now();
        }
        pages.known.people.extend(more.people);
        pages.known.projects.extend(more.projects);
        pages.known.tags.extend(more.tags);
    }
    /// Empties it: a name has changed.
    pub(crate) fn forget(&self) {
        let mut pages = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        pages.known = Known::default();
        pages.epoch += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str) -> Known {
        let tag = TagRef { id: TagId(1), name: name.to_owned(), color: String::new() };
        Known { tags: HashMap::from([(tag.id, tag)]), ..Known::default() }
    }
    fn name(book: &Book) -> Option<String> {
        let mut name = None;
        book.look(|known| name = known.tags.get(&TagId(1)).map(|t| t.name.clone()));
        name
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let book = Book::default();
        let before = book.look(|_| {});
        book.keep(before, tag("old"));
        assert_eq!(name(&book).as_deref(), Some("old"));
        book.forget();
        assert_eq!(name(&book), None);
        book.keep(before, tag("old"));
        assert_eq!(name(&book), None);
        book.keep(book.look(|_| {}), tag("new"));
        assert_eq!(name(&book).as_deref(), Some("new"));
    }
}
