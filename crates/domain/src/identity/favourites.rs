//! What people keep at hand: tasks, projects and views in an order of their own. Nobody else sees it, so that a change is no event.

use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::words;
use crate::ids::{ProjectId, TaskId, UserId, ViewId};
use crate::ports::Tx;
use crate::tasks::rank;
use crate::tasks::status::Status;

/// Most favourites of a person.
const MAX: usize = 200;

words! {
    /// What can be one.
    FavouriteKind { Task = "task", Project = "project", View = "view" }
}

/// Names a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    pub kind: FavouriteKind,
    pub id: i64,
}

/// A favourite with what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favourite {
    pub kind: FavouriteKind,
    pub id: i64,
    /// Title of a task, name of a project or view.
    pub title: String,
    /// Of tasks and projects.
    pub key: Option<String>,
    /// Of tasks.
    pub status: Option<Status>,
}

fn me(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })
}

/// One's own, in their order; what can't be seen any more is left out.
pub async fn list_favourites(ctx: &Ctx) -> Result<Vec<Favourite>> {
    ctx.read().await?.own().favourites(me(ctx)?).await
}

/// Keeps a visible thing, or moves it: before another favourite, else to the end.
pub async fn put_favourite(ctx: &Ctx, thing: Thing, before: Option<Thing>) -> Result<Favourite> {
    let me = me(ctx)?;
    let mut tx = ctx.begin().await?;
    let favourite = look(&mut *tx, thing).await?.or_not_found(thing.kind.as_str(), thing.id)?;
    let places = tx.own().favourite_places(me).await?;
    let others: Vec<_> = places.iter().filter(|(at, _)| *at != thing).collect();
    if others.len() >= MAX {
        return Err(Error::invalid("", "too-many", format!("at most {MAX} favourites")));
    }
    let place = |thing: Thing| places.iter().position(|(at, _)| *at == thing);
    let at = match before {
        None => others.len(),
        Some(before) => others
            .iter()
            .position(|(at, _)| *at == before)
            .ok_or_else(|| Error::invalid("/before", "unknown-reference", "not among your other favourites"))?,
    };
    // Whatever stands before the place it goes to keeps its number.
    if place(thing) != Some(at) {
        let rank_at = |at: Option<usize>| at.and_then(|at| others.get(at)).map(|(_, rank)| rank.as_str());
        let rank =
            rank::between(rank_at(at.checked_sub(1)), rank_at(Some(at))).ok_or_else(|| Error::internal("favourites out of order"))?;
        tx.own().put_favourite(me, thing, &rank).await?;
    }
    ctx.commit(tx, &favourite).await?;
    Ok(favourite)
}

/// Keeps a thing no longer, also one that can't be seen any more; what was not kept is no mistake.
pub async fn delete_favourite(ctx: &Ctx, thing: Thing) -> Result<()> {
    let me = me(ctx)?;
    let mut tx = ctx.begin().await?;
    tx.own().delete_favourite(me, thing).await?;
    ctx.commit(tx, &()).await
}

async fn look(tx: &mut dyn Tx, thing: Thing) -> Result<Option<Favourite>> {
    let (title, key, status) = match thing.kind {
        FavouriteKind::Task => match tx.tasks().find(TaskId(thing.id)).await? {
            Some(task) => (task.title, Some(task.key), Some(task.status)),
            None => return Ok(None),
        },
        FavouriteKind::Project => match tx.projects().find_place(ProjectId(thing.id)).await? {
            Some(place) => (place.project.name, Some(place.project.key), None),
            None => return Ok(None),
        },
        FavouriteKind::View => match tx.views().find_view(ViewId(thing.id)).await? {
            Some((view, _)) => (view.name, None, None),
            None => return Ok(None),
        },
    };
    Ok(Some(Favourite { kind: thing.kind, id: thing.id, title, key, status }))
}
