//! Lists and numbers against a model in Rust; who sees what.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use tasktrack_domain::actor::{Actor, ProjectRole, Role};
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TaskId};
use tasktrack_domain::page::{PageRequest, cursor};
use tasktrack_domain::tasks::commands::{change_status, create_task, delete_task, update_task};
use tasktrack_domain::tasks::filter::{Archived, AssigneeFilter, Group, ParentFilter, SortField};
use tasktrack_domain::tasks::queries::TaskName;
use tasktrack_domain::tasks::tag::{TagInput, create_tag};
use tasktrack_domain::tasks::{NewTask, Priority, Status, TaskChange, TaskFilter, TaskRow, TaskSort};

use crate::support::Db;

pub(crate) const PAGE: PageRequest = PageRequest { limit: 200, cursor: None };

/// Two projects with tasks of every kind.
pub(crate) struct World {
    pub(crate) account: AccountId,
    pub(crate) projects: [ProjectId; 2],
    pub(crate) people: [Actor; 3],
    pub(crate) tags: [TagId; 2],
    pub(crate) rows: Vec<TaskRow>,
}

pub(crate) async fn all_pages(db: &Db, actor: &Actor, filter: &TaskFilter, sort: &TaskSort, limit: u32) -> Vec<TaskRow> {
    let mut tx = db.read_as(actor).await;
    let (mut rows, mut page) = (Vec::new(), PageRequest::first(limit));
    loop {
        let found = tx.tasks().list(filter, sort, &page, db.now()).await.unwrap();
        assert!(found.items.len() <= limit as usize);
        rows.extend(found.items);
        match found.next_cursor {
            Some(next) => page.cursor = Some(next),
            None => return rows,
        }
    }
}

pub(crate) async fn world(db: &Db) -> World {
    let account = db.account("acc").await;
    let projects = [db.project(account, "ERP").await, db.project(account, "WMS").await];
    let people = [
        db.person("anna", Role::Manager, account).await,
        db.person("boris", Role::Worker, account).await,
        db.person("vera", Role::Worker, account).await,
    ];
    let mut tags = Vec::new();
    for name in ["склад", "печать"] {
        let input = TagInput { name: Some(name.into()), color: Some("#3B7A57".into()), account_id: Some(account) };
        tags.push(create_tag(&db.system(), input).await.unwrap().id);
    }
    let titles = ["Счёт-фактура", "счета клиентов", "Printing Invoices", "100% готово_да", "Ёлка", "a\\b"];
    let mut ids: Vec<TaskId> = Vec::new();
    for n in 0..46_usize {
        let due = (n % 4 != 0).then(|| (db.now() + Duration::hours(30 * (n as i64 % 9 - 4))).to_rfc3339());
        let fields = TaskChange {
            priority: Some(Priority::ALL[n % 4]),
            due_date: Some(due),
            supervisor_id: (n % 5 == 0).then(|| people[n % 3].id()),
            tag_ids: (n % 3 == 0).then(|| vec![tags[n % 2]]),
            ..TaskChange::default()
        };
        let new = NewTask {
            title: format!("{} {}", titles[n % 6], n % 10),
            project_id: Some(projects[n % 2]),
            parent_id: (n % 6 == 5).then(|| ids[n - 2 - n % 2]),
            owner_id: (n % 3 == 1).then(|| people[(n + 1) % 3].id().unwrap()),
            collaborator_ids: if n % 7 == 0 { vec![people[2].id().unwrap()] } else { vec![] },
            fields,
        };
        ids.push(create_task(&db.ctx(&people[n % 3]), new).await.unwrap().task.id);
    }
    let manager = db.ctx(&people[0]);
    for (n, id) in ids.iter().enumerate() {
        let name = TaskName::Id(*id);
        if n % 2 == 1 {
            change_status(&manager, &name, Status::ALL[n % 6], None, false).await.unwrap();
        }
        if n % 11 == 3 {
            update_task(&manager, &name, TaskChange { archived: Some(true), ..TaskChange::default() }).await.unwrap();
        }
        if n % 13 == 4 {
            delete_task(&manager, &name).await.unwrap();
        }
    }
    let any = TaskFilter { archived: Archived::Any, ..TaskFilter::default() };
    let mut rows = all_pages(db, &people[0], &any, &TaskSort::default(), 200).await;
    rows.extend(all_pages(db, &people[0], &TaskFilter { deleted: true, ..TaskFilter::default() }, &TaskSort::default(), 200).await);
    assert_eq!(rows.len(), 46);
    World { account, projects, people, tags: [tags[0], tags[1]], rows }
}

/// What the filter means, said a second time.
fn matches(f: &TaskFilter, t: &TaskRow) -> bool {
    let one = |ids: &[tasktrack_domain::ids::UserId], id| ids.is_empty() || ids.contains(&id);
    let text = format!("{} {}", t.key, t.title).to_lowercase();
    (f.accounts.is_empty() || f.accounts.contains(&t.account_id))
        && (f.projects.is_empty() || f.projects.contains(&t.project.id))
        && (f.statuses.is_empty() || f.statuses.contains(&t.status))
        && (f.priorities.is_empty() || f.priorities.contains(&t.priority))
        && f.assignee
            .as_ref()
            .is_none_or(|a| t.assignees.iter().any(|x| a.users.contains(&x.user.id)) || (a.none && t.assignees.is_empty()))
        && one(&f.created_by, t.created_by.id)
        && (f.supervisors.is_empty() || t.supervisor.as_ref().is_some_and(|s| f.supervisors.contains(&s.id)))
        && (f.tags.is_empty() || t.tags.iter().any(|x| f.tags.contains(&x.id)))
        && match f.parent {
            None => true,
            Some(ParentFilter::None) => t.parent.is_none(),
            Some(ParentFilter::Of(id)) => t.parent.as_ref().is_some_and(|p| p.id == id),
        }
        && (f.ids.is_empty() || f.ids.contains(&t.id))
        && (f.keys.is_empty() || f.keys.contains(&t.key))
        && f.overdue_at.is_none_or(|at| t.due_date.is_some_and(|due| due < at) && t.status.is_open())
        && f.due_from.is_none_or(|at| t.due_date.is_some_and(|due| due >= at))
        && f.due_to.is_none_or(|at| t.due_date.is_some_and(|due| due <= at))
        && (!f.due_none || t.due_date.is_none())
        && f.created_from.is_none_or(|at| t.created_at >= at)
        && f.created_to.is_none_or(|at| t.created_at <= at)
        && f.updated_from.is_none_or(|at| t.updated_at >= at)
        && f.deleted == t.deleted_at.is_some()
        && match f.archived {
            Archived::No => f.deleted || t.archived_at.is_none(),
            Archived::Only => t.archived_at.is_some(),
            Archived::Any => true,
        }
        && f.mine_of.is_none_or(|me| {
            t.assignees.iter().any(|a| a.user.id == me) || t.created_by.id == me || t.supervisor.as_ref().is_some_and(|s| s.id == me)
        })
        && f.text.as_ref().is_none_or(|words| words.split_whitespace().all(|word| text.contains(&word.to_lowercase())))
}

pub(crate) fn number(key: &str) -> i64 {
    key.rsplit('-').next().unwrap().parse().unwrap()
}

fn order(sort: &TaskSort, a: &TaskRow, b: &TaskRow) -> Ordering {
    for (field, descending) in &sort.0 {
        let by = match field {
            SortField::DueDate => match (a.due_date, b.due_date) {
                (Some(x), Some(y)) => x.cmp(&y),
                // Empty ones last in both directions.
                (x, y) => {
                    let found = x.is_none().cmp(&y.is_none());
                    if *descending { found.reverse() } else { found }
                }
            },
            SortField::CreatedAt => a.created_at.cmp(&b.created_at),
            SortField::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            SortField::Priority => a.priority.cmp(&b.priority),
            SortField::Status => a.status.cmp(&b.status),
            SortField::Title => a.title.cmp(&b.title),
            SortField::Key => (a.project.id, number(&a.key)).cmp(&(b.project.id, number(&b.key))),
            SortField::Rank => a.rank.cmp(&b.rank),
            SortField::Id => a.id.cmp(&b.id),
        };
        let by = if *descending { by.reverse() } else { by };
        if by != Ordering::Equal {
            return by;
        }
    }
    Ordering::Equal
}

fn filters(w: &World, now: DateTime<Utc>) -> Vec<TaskFilter> {
    let base = TaskFilter::default;
    let me = |n: usize| w.people[n].id().unwrap();
    let some = &w.rows[7];
    let parent = w.rows.iter().find_map(|r| r.parent.as_ref()).unwrap().id;
    let text = |t: &str| TaskFilter { text: Some(t.into()), ..base() };
    let assignee = |users, none| TaskFilter { assignee: Some(AssigneeFilter { users, none }), ..base() };
    let open = vec![Status::New, Status::InProgress, Status::Waiting, Status::Testing];
    let mut all = vec![
        base(),
        TaskFilter { accounts: vec![w.account], ..base() },
        TaskFilter { accounts: vec![AccountId(999)], ..base() },
        TaskFilter { projects: vec![w.projects[0]], statuses: open.clone(), ..base() },
        TaskFilter { projects: w.projects.to_vec(), ..base() },
        TaskFilter { statuses: vec![Status::New, Status::Waiting], ..base() },
        TaskFilter { statuses: vec![Status::Done, Status::Closed], ..base() },
        TaskFilter { statuses: vec![Status::New, Status::Closed], ..base() },
        TaskFilter { statuses: Status::ALL.to_vec(), ..base() },
        TaskFilter { priorities: vec![Priority::High, Priority::Low], ..base() },
        assignee(vec![me(0)], false),
        assignee(vec![me(1), me(2)], true),
        assignee(vec![], true),
        TaskFilter { created_by: vec![me(1)], ..base() },
        TaskFilter { supervisors: vec![me(0), me(1)], ..base() },
        TaskFilter { tags: vec![w.tags[0]], ..base() },
        TaskFilter { tags: w.tags.to_vec(), ..base() },
        TaskFilter { parent: Some(ParentFilter::None), ..base() },
        TaskFilter { parent: Some(ParentFilter::Of(parent)), archived: Archived::Any, ..base() },
        TaskFilter { ids: vec![some.id, TaskId(9_999_999)], archived: Archived::Any, ..base() },
        TaskFilter { keys: vec![some.key.clone(), "X\0".into()], archived: Archived::Any, ..base() },
        TaskFilter { overdue_at: Some(now), ..base() },
        TaskFilter { due_from: Some(now), due_to: Some(now + Duration::days(3)), ..base() },
        TaskFilter { due_none: true, ..base() },
        TaskFilter { created_from: Some(w.rows[30].created_at), created_to: Some(w.rows[9].created_at), ..base() },
        TaskFilter { updated_from: Some(w.rows[20].updated_at), ..base() },
        TaskFilter { archived: Archived::Only, ..base() },
        TaskFilter { archived: Archived::Any, ..base() },
        TaskFilter { deleted: true, ..base() },
        TaskFilter { mine_of: Some(me(2)), ..base() },
        TaskFilter { mine_of: Some(me(1)), statuses: open, ..base() },
    ];
    all.extend(
        ["СЧЁТ", "счет", "invo PRINT", "100%", "во_д", "%", "_", "\\", "erp-1", "ёлка 4", "nothing such", "*", "[a]", "' OR 1=1 --"]
            .map(text),
    );
    all
}

both! {
    every_filter_in_every_order(db) {
        let w = world(&db).await;
        let now = db.now();
        let anna = &w.people[0];
        let by_due = TaskSort::parse("due_date").unwrap();
        for filter in filters(&w, now) {
            let mut expected: Vec<&TaskRow> = w.rows.iter().filter(|row| matches(&filter, row)).collect();
            expected.sort_by(|a, b| order(&by_due, a, b));
            let expected: Vec<TaskId> = expected.iter().map(|row| row.id).collect();
            let found: Vec<TaskId> = all_pages(&db, anna, &filter, &by_due, 9).await.iter().map(|row| row.id).collect();
            assert_eq!(found, expected, "{filter:?}");
            assert_eq!(db.read_as(anna).await.tasks().count(&filter).await.unwrap(), expected.len() as i64, "{filter:?}");
        }
        let filter = TaskFilter { archived: Archived::Any, ..TaskFilter::default() };
        let mut sorts: Vec<String> = SortField::ALL.iter().flat_map(|f| [f.to_string(), format!("-{f}")]).collect();
        sorts.extend(
            ["priority,-due_date", "-status,due_date,-title", "title,-id", "-due_date,priority,-created_at", "due_date,-id", "-key,title", "status,-due_date,id"]
                .map(str::to_owned),
        );
        for text in sorts {
            let sort = TaskSort::parse(&text).unwrap();
            let mut expected: Vec<&TaskRow> = w.rows.iter().filter(|row| matches(&filter, row)).collect();
            expected.sort_by(|a, b| order(&sort, a, b));
            for limit in [1, 7, 200] {
                let found = all_pages(&db, anna, &filter, &sort, limit).await;
                let ids = |rows: &[TaskRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
                assert_eq!(ids(&found), expected.iter().map(|row| row.id).collect::<Vec<_>>(), "{text} by {limit}");
            }
        }
    }
}

both! {
    a_cursor_of_others_or_made_up_is_refused(db) {
        let w = world(&db).await;
        let mut tx = db.read_as(&w.people[0]).await;
        let filter = |at| TaskFilter { overdue_at: Some(at), ..TaskFilter::default() };
        let sort = TaskSort::parse("-due_date").unwrap();
        let first = tx.tasks().list(&filter(db.now()), &sort, &PageRequest::first(2), db.now()).await.unwrap();
        let page = PageRequest { limit: 2, cursor: first.next_cursor };
        tx.tasks().list(&filter(db.now() + Duration::seconds(5)), &sort, &page, db.now()).await.expect("overdue moves between pages");
        let other = tx.tasks().list(&TaskFilter::default(), &sort, &page, db.now()).await.unwrap_err();
        assert_eq!(other.code(), "cursor-mismatch");
        let normal = filter(DateTime::UNIX_EPOCH);
        let nonsense = [
            json!([]), json!([1]), json!(["x", 1]), json!(["2026-11-21T10:00:00Z", "1"]), json!([[], {}]), json!(["2026-11-21T10:00:00Z", 1.5]),
            json!(["+200000-01-01T00:00:00Z", 1]), json!([null, null]), json!([true, 3]), json!(["2026-11-21T10:00:00Z", 1, 2]),
        ];
        for values in nonsense {
            let made_up = cursor(&format!("{normal:?} {sort:?}"), values.as_array().unwrap().clone());
            let request = PageRequest { limit: 2, cursor: Some(made_up) };
            assert_eq!(tx.tasks().list(&normal, &sort, &request, db.now()).await.unwrap_err().code(), "invalid-query", "{values}");
        }
        for (text, values) in [("title", json!(["a\0b", 1])), ("priority", json!([99_999, 1])), ("status", json!(["new", 1])), ("rank", json!([5, 1]))] {
            let sort = TaskSort::parse(text).unwrap();
            let made_up = cursor(&format!("{:?} {sort:?}", TaskFilter::default()), values.as_array().unwrap().clone());
            let request = PageRequest { limit: 2, cursor: Some(made_up) };
            assert_eq!(tx.tasks().list(&TaskFilter::default(), &sort, &request, db.now()).await.unwrap_err().code(), "invalid-query", "{text}");
        }
    }
}

both! {
    groups_add_up(db) {
        let w = world(&db).await;
        let mut tx = db.read_as(&w.people[0]).await;
        let filter = TaskFilter { archived: Archived::Any, ..TaskFilter::default() };
        let rows: Vec<&TaskRow> = w.rows.iter().filter(|row| matches(&filter, row)).collect();
        let now = db.now();
        let end_of_today = (now + Duration::hours(3)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc() - Duration::hours(3) + Duration::days(1);
        let due = |row: &TaskRow| match row.due_date {
            None => Some("none"),
            Some(due) if due < now && row.status.is_open() => Some("overdue"),
            Some(due) if due < end_of_today - Duration::days(1) => None,
            Some(due) if due < end_of_today => Some("today"),
            Some(due) if due < end_of_today + Duration::days(7) => Some("week"),
            Some(_) => Some("later"),
        };
        let all = tx.tasks().groups(&filter, Group::ALL, now, 10_800).await.unwrap();
        for group in Group::ALL {
            let mut expected: BTreeMap<String, i64> = BTreeMap::new();
            for row in &rows {
                let values: Vec<String> = match group {
                    Group::Status => vec![row.status.to_string()],
                    Group::Priority => vec![row.priority.to_string()],
                    Group::Project => vec![row.project.id.to_string()],
                    Group::Assignee if row.assignees.is_empty() => vec!["none".into()],
                    Group::Assignee => row.assignees.iter().map(|a| a.user.id.to_string()).collect(),
                    Group::Due => due(row).map(str::to_owned).into_iter().collect(),
                };
                for value in values {
                    *expected.entry(value).or_default() += 1;
                }
            }
            let found = tx.tasks().groups(&filter, &[*group], now, 10_800).await.unwrap();
            let counts: BTreeMap<String, i64> = found.iter().map(|g| (g.value.clone(), g.count)).collect();
            assert_eq!(counts, expected, "{group}");
            assert!(found.iter().all(|g| !g.label.is_empty()));
            assert_eq!(found, all.iter().filter(|g| g.group == *group).cloned().collect::<Vec<_>>(), "alone as among all");
        }
    }
}

both! {
    strangers_clients_and_reporters_see_their_part(db) {
        let w = world(&db).await;
        let alien_account = db.account("other").await;
        let stranger = db.person("stranger", Role::Manager, alien_account).await;
        let (client, reporter) = (db.user("client", Role::Worker, Some(w.account)).await, db.user("reporter", Role::Worker, Some(w.account)).await);
        db.member(w.projects[0], client, ProjectRole::Client).await;
        db.member(w.projects[1], reporter, ProjectRole::OnlyIssues).await;
        let shared = db.task(&w.people[0], w.projects[0], "shared with the client", true).await.task;
        let (client, reporter) = (db.actor(client).await, db.actor(reporter).await);
        let any = TaskFilter { archived: Archived::Any, ..TaskFilter::default() };
        let sort = TaskSort::default();
        assert!(all_pages(&db, &stranger, &any, &sort, 200).await.is_empty());
        let for_client = all_pages(&db, &client, &any, &sort, 200).await;
        assert_eq!(for_client.iter().map(|r| r.id).collect::<Vec<_>>(), [shared.id]);
        let for_reporter = all_pages(&db, &reporter, &any, &sort, 200).await;
        assert!(!for_reporter.is_empty() && for_reporter.iter().all(|r| r.project.id == w.projects[1]));
        let hidden = w.rows.iter().find(|r| r.project.id == w.projects[0] && r.deleted_at.is_none()).unwrap();
        for actor in [&stranger, &client, &reporter] {
            let mut tx = db.read_as(actor).await;
            assert!(tx.tasks().find(hidden.id).await.unwrap().is_none());
            assert!(tx.tasks().lock(hidden.id).await.unwrap().is_none());
            assert!(tx.tasks().id_of_key(&hidden.key).await.unwrap().is_none());
            assert_eq!(tx.tasks().count(&TaskFilter { ids: vec![hidden.id], ..any.clone() }).await.unwrap(), 0);
            assert!(tx.tasks().groups(&TaskFilter { ids: vec![hidden.id], ..any.clone() }, Group::ALL, db.now(), 0).await.unwrap().is_empty());
        }
        // A parent that is not shown is not named either, but stays the parent when the task is saved.
        let shown = TaskChange { parent_id: Some(Some(hidden.id)), ..TaskChange::default() };
        update_task(&db.ctx(&w.people[0]), &TaskName::Id(shared.id), shown).await.unwrap();
        assert!(db.read_as(&client).await.tasks().find(shared.id).await.unwrap().unwrap().parent.is_none());
        tasktrack_domain::tasks::commands::add_comment(&db.ctx(&client), &TaskName::Id(shared.id), "Спасибо", false).await.unwrap();
        let after = db.read_as(&w.people[0]).await.tasks().find(shared.id).await.unwrap().unwrap();
        assert_eq!((after.parent.map(|p| p.id), after.comment_count), (Some(hidden.id), 1));
    }
}
