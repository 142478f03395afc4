//! Saved views.

use async_trait::async_trait;
use tasktrack_domain::Result;
use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, UserId, ViewId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Views;
use tasktrack_domain::refs::{AccountRef, PersonRef};
use tasktrack_domain::tasks::saved_view::{Layout, SavedView};

use crate::paging::{after, by_text};
use crate::sql::{Get as _, Row, Sql, binds, json};
use crate::tx::{DbTx, saved};
use crate::visible::{Rows, visible};

const SELECT: &str = "SELECT t.id, t.account_id, a.name AS account_name, t.owner_id, o.name AS owner_name, o.avatar_color AS owner_color, t.name, \
     t.shared, t.filter, t.sort, t.layout, t.display, t.created_at, t.updated_at, t.version, t.event_seq, \
     EXISTS (SELECT 1 FROM favourite f WHERE f.kind = 'view' AND f.thing_id = t.id AND f.user_id = ";
const FROM: &str = ") AS favourite FROM saved_view t JOIN account a ON a.id = t.account_id JOIN users o ON o.id = t.owner_id WHERE ";

fn read(row: &Row) -> Result<(SavedView, bool)> {
    let view = SavedView {
        id: row.id("id")?,
        account: AccountRef { id: row.id("account_id")?, name: row.get("account_name")? },
        owner: PersonRef { id: row.id("owner_id")?, name: row.get("owner_name")?, avatar_color: row.get("owner_color")? },
        name: row.get("name")?,
        shared: row.get("shared")?,
        filter: row.json("filter")?,
        sort: row.get("sort")?,
        layout: row.word("layout")?,
        display: row.json("display")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    };
    Ok((view, row.get("favourite")?))
}

impl DbTx {
    /// Visible views; a condition may follow.
    fn select_views(&self) -> Sql {
        let mut sql = self.sql(SELECT);
        sql.bind(self.scope().user_id.map_or(0, |UserId(id)| id)).add(FROM);
        visible(&mut sql, Rows::View, "t", self.scope());
        sql
    }
}

#[async_trait]
impl Views for DbTx {
    async fn find_view(&mut self, id: ViewId) -> Result<Option<(SavedView, bool)>> {
        let mut sql = self.select_views();
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn list_views(&mut self, accounts: &[AccountId], layout: Option<Layout>, page: &PageRequest) -> Result<Page<(SavedView, bool)>> {
        let fingerprint = format!("views {accounts:?} {layout:?}");
        let after = after(page, &fingerprint)?;
        let mut sql = self.select_views();
        if !accounts.is_empty() {
            sql.add(" AND t.account_id ").any(accounts.iter().copied());
        }
        if let Some(layout) = layout {
            sql.add(" AND t.layout = ").bind(layout.as_str());
        }
        by_text(&mut sql, "name", after, page);
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |(view, _)| vec![view.name.clone().into(), view.id.0.into()]))
    }

    async fn next_view_id(&mut self) -> Result<ViewId> {
        self.next_id("saved_view").await.map(ViewId)
    }

    async fn save_view(&mut self, change: Change<SavedView>) -> Result<SavedView> {
        let (view, events) = change.into_parts();
        let mut values = binds![
            view.id.0,
            &*view.name,
            view.shared,
            json(&view.filter)?,
            &*view.sort,
            view.layout.as_str(),
            json(&view.display)?,
            view.updated_at,
            view.version,
            view.event_seq,
        ];
        let sql = if view.event_seq == 1 {
            values.extend(binds![view.account.id.0, view.owner.id.0, view.created_at]);
            self.fixed(
                "INSERT INTO saved_view (id, name, shared, filter, sort, layout, display, updated_at, version, event_seq, account_id, owner_id, \
                 created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                values,
            )
        } else {
            self.fixed(
                "UPDATE saved_view SET name = $2, shared = $3, filter = $4, sort = $5, layout = $6, display = $7, updated_at = $8, version = $9, \
                 event_seq = $10 WHERE id = $1 AND event_seq < $10",
                values,
            )
        };
        saved(self.run(sql).await?)?;
        self.append_events(events).await?;
        Ok(view)
    }

    async fn delete_view(&mut self, change: Change<SavedView>) -> Result<()> {
        let (view, events) = change.into_parts();
        self.run(self.fixed("DELETE FROM favourite WHERE thing_id = $1 AND kind = 'view'", binds![view.id.0])).await?;
        saved(self.run(self.fixed("DELETE FROM saved_view WHERE id = $1", binds![view.id.0])).await?)?;
        self.append_events(events).await
    }
}
