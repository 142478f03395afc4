//! What the other screens live from: plans for calendar and timeline, relations, mentions, watchers, shared views, favourites.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, Utc, Weekday};
use serde_json::{Map, json};
use tasktrack_domain::ctx::Ctx;
use tasktrack_domain::identity::User;
use tasktrack_domain::identity::favourites::{FavouriteKind, Thing, put_favourite};
use tasktrack_domain::ids::ProjectId;
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::tasks::commands::{add_comment, update_task};
use tasktrack_domain::tasks::filter::ParentFilter;
use tasktrack_domain::tasks::queries::{TaskName, list_tasks};
use tasktrack_domain::tasks::relation::{RelationKind, add_relation};
use tasktrack_domain::tasks::saved_view::{FilterValue, Layout, ViewInput, create_view};
use tasktrack_domain::tasks::watching::watch;
use tasktrack_domain::tasks::{Status, TaskChange, TaskFilter, TaskRow, TaskSort};

use super::{Demo, Done, texts};

/// How many open tasks of a project get a plan.
const PLANNED: u32 = 12;

impl Demo {
    pub(super) async fn extras(&self, projects: &[ProjectId]) -> Done {
        self.clock.set(self.now - Duration::hours(20));
        let mut favourites = Vec::new();
        for (n, project) in projects.iter().enumerate() {
            let rows = self.open_tasks(*project).await?;
            self.plans(&rows, n).await?;
            self.relations(&rows).await?;
            self.mentions(&rows).await?;
            favourites.extend(rows.get(n).map(|row| Thing { kind: FavouriteKind::Task, id: row.id.0 }));
        }
        favourites.extend(self.views(projects).await?);
        favourites.extend(projects.first().map(|id| Thing { kind: FavouriteKind::Project, id: id.0 }));
        for ctx in [&self.manager, &self.worker] {
            for thing in &favourites {
                put_favourite(ctx, *thing, None).await?;
            }
        }
        Ok(())
    }

    async fn open_tasks(&self, project: ProjectId) -> Done<Vec<TaskRow>> {
        let filter = TaskFilter {
            projects: vec![project],
            statuses: Status::ALL.iter().copied().filter(|s| s.is_open()).collect(),
            parent: Some(ParentFilter::None),
            ..TaskFilter::default()
        };
        Ok(list_tasks(&self.manager, &filter, &TaskSort::default(), &PageRequest::first(PLANNED), false).await?.items)
    }

    /// One after the other, some at the same time, the first of them under way.
    async fn plans(&self, rows: &[TaskRow], shift: usize) -> Done {
        let mut start = self.now - Duration::days(6 + i64::try_from(shift).unwrap_or(0));
        for (n, row) in rows.iter().rev().enumerate() {
            let days = [2, 4, 1, 6, 3][n % 5];
            let (from, to) = (working(start), working(start + Duration::days(days)));
            let at =
                |day: DateTime<Utc>, hour: u8| Some(Some(day.date_naive().format(&format!("%Y-%m-%dT{hour:02}:00:00+03:00")).to_string()));
            let change = TaskChange { planned_start: at(from, 9), planned_end: at(to, 18), ..TaskChange::default() };
            update_task(&self.manager, &TaskName::Id(row.id), change).await?;
            // Two go side by side before the next begins.
            start += Duration::days(if n % 2 == 0 { 1 } else { days });
        }
        Ok(())
    }

    async fn relations(&self, rows: &[TaskRow]) -> Done {
        for (pair, kind) in rows.chunks_exact(2).zip([RelationKind::BlockedBy, RelationKind::Relates, RelationKind::BlockedBy]) {
            if let [later, earlier] = pair {
                add_relation(&self.manager, &TaskName::Id(later.id), kind, &TaskName::Id(earlier.id), "/task_id").await?;
                watch(&self.worker, &TaskName::Id(later.id), self.worker.actor.id().unwrap_or_default(), true).await?;
            }
        }
        Ok(())
    }

    /// Everyone is called once in each project by somebody else.
    async fn mentions(&self, rows: &[TaskRow]) -> Done {
        let [admin, manager, worker, finance, ..] = self.people.as_slice() else { return Ok(()) };
        let calls: [(&Ctx, &User); 4] = [(&self.manager, admin), (&self.worker, manager), (&self.manager, worker), (&self.worker, finance)];
        for ((row, (by, who)), text) in rows.iter().zip(calls).zip(texts::CALLS) {
            self.clock.advance(Duration::minutes(11));
            let call = format!("[@{}](/users/{}) {text}", who.name, who.id);
            add_comment(by, &TaskName::Id(row.id), &call, false).await?;
        }
        Ok(())
    }

    async fn views(&self, projects: &[ProjectId]) -> Done<Vec<Thing>> {
        let project = projects.first().map(ToString::to_string).unwrap_or_default();
        let mut things = Vec::new();
        for (name, layout, sort, words) in [
            ("Горит", Layout::Table, "due_date", vec![("priority", "urgent,high"), ("open", "true")]),
            ("Ждёт ответа", Layout::Board, "rank", vec![("project", project.as_str()), ("status", "waiting,testing")]),
            ("График внедрения", Layout::Timeline, "-created_at", vec![("project", project.as_str())]),
        ] {
            let several = |text: &str| FilterValue::Many(text.split(',').map(str::to_owned).collect());
            let value = |(key, text): &(&str, &str)| {
                ((*key).to_owned(), if *key == "open" { FilterValue::One((*text).into()) } else { several(text) })
            };
            let filter: BTreeMap<_, _> = words.iter().map(value).collect();
            // As the front end keeps it: the words of its address.
            let mut search: Map<_, _> = words.iter().map(|(key, text)| ((*key).to_owned(), json!(text))).collect();
            search.insert("sort".into(), json!(sort));
            if layout != Layout::Table {
                search.insert("layout".into(), json!(layout));
            }
            let input = ViewInput {
                name: Some(name.into()),
                shared: Some(true),
                filter: Some(filter),
                sort: Some(sort.into()),
                layout: Some(layout),
                display: json!({"search": search, "mine": false}).as_object().cloned(),
                account_id: None,
            };
            let view = create_view(&self.manager, input).await?.view;
            things.push(Thing { kind: FavouriteKind::View, id: view.id.0 });
        }
        things.truncate(1);
        Ok(things)
    }
}

/// The day, or the next one on which people work.
fn working(day: DateTime<Utc>) -> DateTime<Utc> {
    match day.weekday() {
        Weekday::Sat => day + Duration::days(2),
        Weekday::Sun => day + Duration::days(1),
        _ => day,
    }
}
