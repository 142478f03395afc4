//! The feed of events and the mentions of a person. What orders a page is found first, by indexes alone; bodies are read for the page only.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use tasktrack_domain::activity::feed::{FeedFilter, FeedRow, Mention, excerpt};
use tasktrack_domain::ids::{AccountId, CommentId, TaskId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Feeds;
use tasktrack_domain::refs::{PersonRef, TaskRef};
use tasktrack_domain::tasks::Task;
use tasktrack_domain::{Error, Result};

use crate::events;
use crate::paging::limit;
use crate::refs::status;
use crate::sql::{Get as _, Row, Sql};
use crate::tx::DbTx;
use crate::visible::{Rows, readable, visible};

/// Types that are no news: marks of the exchange and places on the board.
const QUIET: &str = " AND i.type NOT IN ('TaskRankChanged', 'TaskLinked', 'TaskSyncNoted')";
/// Days looked back for one's own feed: most pages are filled by the first, and only who did little is asked about all time.
const WINDOWS: [Option<i64>; 3] = [Some(14), Some(180), None];
/// People of one description; more are no mention but a list.
const PEOPLE_MAX: usize = 50;
/// Characters read before and after a mention.
const AROUND: i32 = 400;

/// What a page begins after: time and id of its last row.
type Place<T> = (DateTime<Utc>, T);

fn after<T>(page: &PageRequest, fingerprint: &str, id: impl Fn(&[serde_json::Value]) -> Option<T>) -> Result<Option<Place<T>>> {
    use chrono::Datelike as _;
    let Some(values) = page.after(fingerprint)? else { return Ok(None) };
    let read = || {
        let (at, rest) = values.split_first()?;
        let at = DateTime::parse_from_rfc3339(at.as_str()?).ok()?.with_timezone(&Utc);
        (0..=9999).contains(&at.year()).then_some((at, id(rest)?))
    };
    read().map(Some).ok_or_else(|| Error::bad_request("invalid-query", "cursor is not one of ours"))
}

fn read(row: &Row) -> Result<FeedRow> {
    Ok(FeedRow {
        task: TaskRef { id: row.id("task_id")?, key: row.get("key")?, title: row.get("title")?, status: status(row, "status")? },
        account_id: row.id("task_account")?,
        project_id: row.id("task_project")?,
        event: events::read(row)?,
    })
}

impl DbTx {
    /// Ends "SELECT i.id FROM event i JOIN task o …" for a page of visible, quiet-free events, newest first.
    fn newest(
        &self,
        sql: &mut Sql,
        filter: &FeedFilter,
        since: Option<DateTime<Utc>>,
        after: Option<&Place<uuid::Uuid>>,
        page: &PageRequest,
    ) {
        sql.add(QUIET).add(" AND o.deleted_at IS NULL AND ");
        visible(sql, Rows::Task, "o", self.scope());
        if let Some(since) = since {
            sql.add(" AND i.occurred_at >= ").bind(since);
        }
        if let Some(until) = filter.until {
            sql.add(" AND i.occurred_at < ").bind(until);
        }
        if let Some((at, id)) = after {
            sql.add(" AND (i.occurred_at, i.id) < (").bind(*at).add(", ").bind(*id).add(")");
        }
        sql.add(" ORDER BY i.occurred_at DESC, i.id DESC LIMIT ").bind(limit(page));
    }

    /// By person: one index of the log. By project: the newest of each, then the newest of all. One's own: from one's tasks.
    fn feed(&self, filter: &FeedFilter, since: Option<DateTime<Utc>>, after: Option<&Place<uuid::Uuid>>, page: &PageRequest) -> Sql {
        let mut sql = self.sql(events::COLUMNS);
        sql.add("t.payload, k.id AS task_id, k.key, k.title, k.status, k.account_id AS task_account, k.project_id AS task_project FROM ");
        if let Some(me) = filter.mine_of {
            // Ids as a list: a join would tempt PostgreSQL to read all tasks.
            sql.add("(SELECT i.id FROM task o JOIN event i ON i.aggregate_type = 'task' AND i.aggregate_id = o.id WHERE o.id ");
            sql.either("= ANY(ARRAY(", "IN (").add("SELECT task_id FROM task_assignee WHERE user_id = ").bind(me.0);
            sql.add(" UNION SELECT task_id FROM task_watcher WHERE user_id = ").bind(me.0);
            sql.add(" UNION SELECT id FROM task WHERE created_by = ").bind(me.0);
            sql.add(" UNION SELECT id FROM task WHERE supervisor_id = ").bind(me.0).either("))", ")");
            if let Some(since) = since {
                // A task's time is that of its last event: older ones have none that is wanted.
                sql.add(" AND o.updated_at >= ").bind(since);
            }
            if !filter.own {
                sql.add(" AND (i.actor_id IS NULL OR i.actor_id <> ").bind(me.0).add(")");
            }
            if let Some(actor) = filter.actor {
                sql.add(" AND i.actor_id = ").bind(actor.0);
            }
            self.of_projects(&mut sql, filter);
            self.newest(&mut sql, filter, since, after, page);
        } else if let Some(actor) = filter.actor {
            sql.add("(SELECT i.id FROM event i JOIN task o ON o.id = i.aggregate_id WHERE i.project_id IS NOT NULL AND i.actor_id = ");
            sql.bind(actor.0);
            self.of_projects(&mut sql, filter);
            self.newest(&mut sql, filter, since, after, page);
        } else {
            // SQLite knows no LATERAL, PostgreSQL would use no index for the other form.
            sql.add("(SELECT x.id FROM project p ");
            sql.either("CROSS JOIN LATERAL (SELECT i.id, i.occurred_at", "JOIN event x ON x.id IN (SELECT i.id");
            sql.add(" FROM event i JOIN task o ON o.id = i.aggregate_id WHERE i.project_id = p.id");
            self.newest(&mut sql, filter, since, after, page);
            sql.either(") x", ")").add(" WHERE ");
            visible(&mut sql, Rows::Project, "p", self.scope());
            if !filter.projects.is_empty() {
                sql.add(" AND p.id ").any(filter.projects.iter().copied());
            }
            sql.add(" ORDER BY x.occurred_at DESC, x.id DESC LIMIT ").bind(limit(page));
        }
        sql.add(") y JOIN event t ON t.id = y.id JOIN task k ON k.id = t.aggregate_id ORDER BY t.occurred_at DESC, t.id DESC");
        sql
    }

    fn of_projects(&self, sql: &mut Sql, filter: &FeedFilter) {
        if !filter.projects.is_empty() {
            sql.add(" AND i.project_id ").any(filter.projects.iter().copied());
        }
    }

    /// Notes whom a text mentions; who is noted already keeps their time.
    pub(crate) async fn note_mentions(
        &self,
        task: (AccountId, TaskId),
        comment: Option<CommentId>,
        by: UserId,
        at: DateTime<Utc>,
        people: &[UserId],
    ) -> Result<()> {
        let mut sql = self.sql("INSERT INTO mention (task_id, comment_id, user_id, account_id, by_id, at) SELECT CAST(");
        sql.bind(task.1.0).add(" AS bigint), CAST(").bind(comment.map_or(0, |c| c.0)).add(" AS bigint), t.id, CAST(").bind(task.0.0);
        sql.add(" AS bigint), CAST(").bind(by.0).add(" AS bigint), ");
        if self.pg() {
            sql.add("CAST(").bind(at).add(" AS timestamptz)");
        } else {
            sql.bind(at);
        }
        sql.add(" FROM users t WHERE t.active AND t.id ").any(people.iter().copied()).add(" AND ");
        crate::people::takes_part(&mut sql, task.0);
        sql.add(" ON CONFLICT DO NOTHING");
        self.run(sql).await.map(|_| ())
    }

    /// Forgets mentions of a text, but for those of `people`.
    pub(crate) async fn forget_mentions(&self, task: TaskId, comment: Option<CommentId>, people: &[UserId]) -> Result<()> {
        let mut sql = self.sql("DELETE FROM mention WHERE task_id = ");
        sql.bind(task.0).add(" AND comment_id = ").bind(comment.map_or(0, |c| c.0));
        if !people.is_empty() {
            sql.add(" AND NOT user_id ").any(people.iter().copied());
        }
        self.run(sql).await.map(|_| ())
    }

    /// Mentions in a description, as it is now.
    pub(crate) async fn note_description(&self, task: &Task, is_new: bool) -> Result<()> {
        let mut people = tasktrack_domain::text::mentions(&task.description);
        people.truncate(PEOPLE_MAX);
        if !is_new {
            self.forget_mentions(task.id, None, &people).await?;
        }
        if people.is_empty() {
            return Ok(());
        }
        let by = self.options.actor.as_ref().map_or(task.created_by.id, |actor| actor.id);
        self.note_mentions((task.account_id, task.id), None, by, task.updated_at, &people).await
    }
}

#[async_trait]
impl Feeds for DbTx {
    async fn activity(&mut self, filter: &FeedFilter, page: &PageRequest) -> Result<Page<FeedRow>> {
        let fingerprint = format!("activity {filter:?}");
        let after = after(page, &fingerprint, |rest| match rest {
            [id] => id.as_str()?.parse::<uuid::Uuid>().ok(),
            _ => None,
        })?;
        let end = after.as_ref().map(|(at, _)| *at).or(filter.until).unwrap_or_else(|| self.options.clock.now());
        let mut rows = Vec::new();
        for window in WINDOWS {
            let begin = window.filter(|_| filter.mine_of.is_some()).map(|days| end - Duration::days(days));
            let since = begin.max(filter.since);
            rows = self.all(self.feed(filter, since, after.as_ref(), page)).await?;
            let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= limit(page);
            if full || since == filter.since {
                break;
            }
        }
        let rows = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |row| vec![json!(row.event.occurred_at), json!(row.event.id)]))
    }

    async fn mentions(&mut self, user: UserId, page: &PageRequest) -> Result<Page<Mention>> {
        let fingerprint = format!("mentions {user}");
        let after = after(page, &fingerprint, |rest| match rest {
            [task, comment] => Some((task.as_i64()?, comment.as_i64()?)),
            _ => None,
        })?;
        let mut sql = self.sql("SELECT m.comment_id, m.at, t.id AS task_id, t.key, t.title, t.status, u.id, u.name, u.avatar_color, ");
        // Not whole texts: a page of them could have megabytes.
        let (text, link) = ("coalesce(c.body, t.description)", format!("](/users/{user})"));
        sql.add("substr(").add(text).add(", ").either("greatest(1, strpos(", "max(1, instr(").add(text).add(", ").bind(link).add(") - ");
        sql.bind(AROUND).add("), ").bind(2 * AROUND + 40).add(") AS around FROM mention m JOIN task t ON t.id = m.task_id");
        sql.add(" JOIN users u ON u.id = m.by_id LEFT JOIN comment c ON c.id = m.comment_id WHERE m.user_id = ").bind(user.0);
        sql.add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" AND (c.id IS NULL OR ");
        readable(&mut sql, "c", "t", self.scope());
        sql.add(")");
        if let Some((at, (task, comment))) = after {
            sql.add(" AND (m.at, m.task_id, m.comment_id) < (").bind(at).add(", ").bind(task).add(", ").bind(comment).add(")");
        }
        sql.add(" ORDER BY m.at DESC, m.task_id DESC, m.comment_id DESC LIMIT ").bind(limit(page));
        let read = |row: &Row| {
            let (comment, around): (i64, String) = (row.get("comment_id")?, row.get("around")?);
            Ok(Mention {
                task: TaskRef { id: row.id("task_id")?, key: row.get("key")?, title: row.get("title")?, status: status(row, "status")? },
                comment_id: (comment > 0).then_some(CommentId(comment)),
                by: PersonRef { id: row.id("id")?, name: row.get("name")?, avatar_color: row.get("avatar_color")? },
                at: row.get("at")?,
                excerpt: excerpt(&around, user),
            })
        };
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |m| vec![json!(m.at), m.task.id.0.into(), m.comment_id.map_or(0, |c| c.0).into()]))
    }
}
