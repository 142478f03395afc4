//! Numbers, keys, moves, what is saved and read, deletion for good.

use std::collections::HashSet;

use chrono::{Duration, SubsecRound as _};
use serde_json::json;
use tasktrack_domain::actor::Role;
use tasktrack_domain::ids::TaskId;
use tasktrack_domain::tasks::commands::{delete_task, update_task};
use tasktrack_domain::tasks::filter::AssigneeFilter;
use tasktrack_domain::tasks::queries::TaskName;
use tasktrack_domain::tasks::{AssigneeRole, Priority, Status, TaskChange, TaskFilter, TaskSort};

use crate::support::Shared;
use crate::tasks::{PAGE, all_pages, number, world};

both! {
    sixteen_creators_get_sixteen_numbers(db) {
        let account = db.account("acc").await;
        let project = db.project(account, "ERP").await;
        let worker = db.person("worker", Role::Worker, account).await;
        let keys: Shared<String> = Shared::default();
        let creators: Vec<_> = (0..16)
            .map(|n| {
                let (db, worker, keys) = (db.clone(), worker.clone(), keys.clone());
                tokio::spawn(async move {
                    for k in 0..5 {
                        keys.push(db.task(&worker, project, &format!("{n}.{k}"), false).await.task.key);
                    }
                })
            })
            .collect();
        for creator in creators {
            creator.await.unwrap();
        }
        let keys = keys.all();
        let distinct: HashSet<i64> = keys.iter().map(|key| number(key)).collect();
        assert_eq!((keys.len(), distinct.len(), distinct.iter().max()), (80, 80, Some(&80)));
    }
}

both! {
    what_is_saved_is_what_is_read(db) {
        let w = world(&db).await;
        let (ctx, name) = (db.ctx(&w.people[0]), TaskName::Id(w.rows[0].id));
        let mut metadata = serde_json::Map::new();
        metadata.insert("erp".into(), json!({"company_id": "17"}));
        let change = TaskChange {
            title: Some("Новое имя".into()), description: Some("**Текст**".into()), priority: Some(Priority::Urgent), status: Some(Status::Waiting),
            due_date: Some(Some("2027-01-31".into())), planned_start: Some(Some("2027-01-01T08:00:00.123456Z".into())),
            estimated_hours: Some(Some(1.5)), actual_hours: Some(Some(0.25)), supervisor_id: Some(w.people[2].id()), owner_id: Some(w.people[1].id()),
            tag_ids: Some(w.tags.to_vec()), metadata: Some(metadata), client_visible: Some(true), parent_id: Some(Some(w.rows[1].id)), ..TaskChange::default()
        };
        let view = update_task(&ctx, &name, change).await.unwrap();
        let read = db.read().await.tasks().find(view.task.id).await.unwrap().unwrap();
        assert_eq!(read, view.task);
        assert_eq!(read.owner().map(|o| o.id), w.people[1].id());
        assert_eq!(read.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["печать", "склад"]);
        assert_eq!(read.assignees.iter().filter(|a| a.role == AssigneeRole::Owner).count(), 1);
        // And the rows that the JSON columns repeat.
        let by = |filter: TaskFilter| { let db = db.clone(); async move { db.read().await.tasks().count(&filter).await.unwrap() } };
        for tag in w.tags {
            assert_eq!(by(TaskFilter { ids: vec![read.id], tags: vec![tag], ..TaskFilter::default() }).await, 1);
        }
        let cleared = TaskChange {
            due_date: Some(None), owner_id: Some(None), tag_ids: Some(vec![]), supervisor_id: Some(None), parent_id: Some(None),
            estimated_hours: Some(None), ..TaskChange::default()
        };
        let view = update_task(&ctx, &name, cleared).await.unwrap();
        let read = db.read().await.tasks().find(view.task.id).await.unwrap().unwrap();
        assert_eq!(read, view.task);
        assert!(read.due_date.is_none() && read.owner().is_none() && read.tags.is_empty() && read.parent.is_none() && read.estimated_hours.is_none());
        assert_eq!(by(TaskFilter { ids: vec![read.id], tags: w.tags.to_vec(), ..TaskFilter::default() }).await, 0);
        let of_boris = AssigneeFilter { users: vec![w.people[1].id().unwrap()], none: false };
        assert_eq!(by(TaskFilter { ids: vec![read.id], assignee: Some(of_boris), ..TaskFilter::default() }).await, 0);
    }
}

both! {
    a_moved_task_answers_to_both_keys(db) {
        let w = world(&db).await;
        let before = db.task(&w.people[0], w.projects[0], "goes away", false).await.task;
        let moved = TaskChange { project_id: Some(w.projects[1]), ..TaskChange::default() };
        let after = update_task(&db.ctx(&w.people[0]), &TaskName::Id(before.id), moved).await.unwrap().task;
        assert!(before.key.starts_with("ERP-") && after.key.starts_with("WMS-"), "{} {}", before.key, after.key);
        let mut tx = db.read_as(&w.people[0]).await;
        for key in [&before.key, &after.key] {
            assert_eq!(tx.tasks().id_of_key(key).await.unwrap(), Some(before.id));
        }
        assert_eq!(tx.tasks().id_of_key("ERP-1\0").await.unwrap(), None);
        let rows = all_pages(&db, &w.people[0], &TaskFilter { projects: vec![w.projects[1]], ..TaskFilter::default() }, &TaskSort::parse("-key").unwrap(), 3).await;
        assert_eq!(rows[0].id, before.id, "the number is the new one");
        let back = TaskChange { project_id: Some(w.projects[0]), ..TaskChange::default() };
        let again = update_task(&db.ctx(&w.people[0]), &TaskName::Id(before.id), back).await.unwrap().task;
        assert_ne!(again.key, before.key, "numbers are never given again");
        let mut tx = db.read_as(&w.people[0]).await;
        assert_eq!(tx.tasks().last_project_of(w.people[0].id().unwrap()).await.unwrap(), Some(w.projects[0]));
        for key in [&before.key, &after.key, &again.key] {
            assert_eq!(tx.tasks().id_of_key(key).await.unwrap(), Some(before.id));
        }
    }
}

both! {
    deleted_tasks_come_back_or_go_for_good(db) {
        let w = world(&db).await;
        let ctx = db.ctx(&w.people[0]);
        let parent = db.task(&w.people[0], w.projects[0], "parent", false).await.task;
        let child = db.task(&w.people[0], w.projects[0], "child", false).await.task;
        let below = TaskChange { parent_id: Some(Some(parent.id)), ..TaskChange::default() };
        update_task(&ctx, &TaskName::Id(child.id), below).await.unwrap();
        let mut tx = db.read().await;
        assert_eq!(tx.tasks().children(parent.id).await.unwrap(), [child.id]);
        assert_eq!(tx.tasks().ancestors(child.id).await.unwrap(), [parent.id]);
        assert_eq!(tx.tasks().around(parent.id).await.unwrap().children.total, 1);
        let listed = tx.tasks().list(&TaskFilter { ids: vec![parent.id], ..TaskFilter::default() }, &TaskSort::default(), &PAGE, db.now()).await.unwrap();
        assert_eq!(listed.items[0].children.total, 1);
        delete_task(&ctx, &TaskName::Id(child.id)).await.unwrap();
        assert!(tx.tasks().find(child.id).await.unwrap().is_none());
        assert!(tx.tasks().children(parent.id).await.unwrap().is_empty());
        delete_task(&ctx, &TaskName::Id(parent.id)).await.unwrap();
        let back = TaskChange { deleted: Some(false), ..TaskChange::default() };
        update_task(&ctx, &TaskName::Id(parent.id), back).await.unwrap();
        assert!(tx.tasks().find(parent.id).await.unwrap().is_some());
        delete_task(&ctx, &TaskName::Id(parent.id)).await.unwrap();
        let trash = db.read().await.tasks().count(&TaskFilter { deleted: true, ..TaskFilter::default() }).await.unwrap();
        let mut tx = db.begin().await;
        assert_eq!(tx.tasks().purge_deleted(parent.created_at - Duration::days(1), 100).await.unwrap(), 0);
        assert_eq!(tx.tasks().purge_deleted(db.now() + Duration::seconds(1), 100).await.unwrap(), u64::try_from(trash).unwrap());
        tx.commit().await.unwrap();
        let mut tx = db.begin().await;
        assert!(tx.tasks().lock(parent.id).await.unwrap().is_none());
    }
}

both! {
    neighbours_and_archive(db) {
        let w = world(&db).await;
        let ranks: Vec<String> = {
            let mut ranks: Vec<String> = w.rows.iter().filter(|r| r.project.id == w.projects[0]).map(|r| r.rank.clone()).collect();
            ranks.sort();
            ranks
        };
        let mut tx = db.read().await;
        assert_eq!(tx.tasks().neighbour_rank(w.projects[0], &ranks[3], true).await.unwrap().as_ref(), Some(&ranks[2]));
        assert_eq!(tx.tasks().neighbour_rank(w.projects[0], &ranks[3], false).await.unwrap().as_ref(), Some(&ranks[4]));
        assert_eq!(tx.tasks().neighbour_rank(w.projects[0], &ranks[0], true).await.unwrap(), None);
        let archived = w.rows.iter().filter(|r| r.archived_at.is_some() && r.deleted_at.is_none()).count();
        assert_eq!(tx.tasks().archived_before(db.now().trunc_subsecs(6) + Duration::seconds(1), 100).await.unwrap().len(), archived);
        let open = w.rows.iter().filter(|r| r.project.id == w.projects[0] && r.status.is_open() && r.archived_at.is_none() && r.deleted_at.is_none());
        let mut open: Vec<TaskId> = open.map(|r| r.id).collect();
        open.sort();
        assert_eq!(tx.tasks().open_in_project(w.projects[0]).await.unwrap(), open);
    }
}
