use crate::kit::{both, unique};
use serde_json::{Value, json};

both! {
    fn only_a_title_is_required(app) {
        let me = app.stranger();
        let project = me.project();
        let task = me.post("/tasks", json!({"title": "  Закрыть период  "})).ok(201);
        assert_eq!(task["title"], "Закрыть период");
        assert_eq!(task["project"]["id"], project["id"], "the only project there is");
        assert_eq!(task["key"], format!("{}-1", project["key"].as_str().unwrap()));
        assert_eq!((task["status"].as_str(), task["priority"].as_str(), task["version"].as_i64()), (Some("new"), Some("medium"), Some(1)));
        assert_eq!(task["created_by"]["id"], me.id);
        for field in ["due_date", "parent", "supervisor", "archived_at", "deleted_at"] {
            assert!(task[field].is_null() && task.get(field).is_some(), "{field}");
        }
        let by_key = me.get(&format!("/tasks/{}", task["key"].as_str().unwrap())).ok(200);
        assert_eq!(by_key["id"], task["id"]);
    }

    fn every_bad_field_is_named(app) {
        let me = app.stranger();
        me.project();
        let body = json!({"title": " ", "estimated_hours": -1, "due_date": "soon", "supervisor_id": 999_999, "tag_ids": [999_999], "planned_start": "2026-02-02", "planned_end": "2026-02-01"});
        let problem = me.post("/tasks", body).problem(422, "invalid");
        let mut pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect();
        pointers.sort();
        assert_eq!(pointers, ["/due_date", "/estimated_hours", "/planned_end", "/supervisor_id", "/tag_ids", "/title"]);
        me.post("/tasks", json!({"title": "x", "colour": "red"})).problem(422, "unknown-field");
        let nul = me.post("/tasks", json!({"title": "a\u{0}b"})).problem(422, "invalid");
        assert_eq!(nul["errors"][0]["code"], "nul");
    }

    fn sixteen_at_once_get_sixteen_keys(app) {
        let me = app.stranger();
        let project = me.project();
        let keys: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|n| {
                let (me, project) = (me.clone(), project.clone());
                scope.spawn(move || me.task(&project, &format!("task {n}"))["key"].as_str().unwrap().to_owned())
            }).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let mut numbers: Vec<u32> = keys.iter().map(|k| k.rsplit_once('-').unwrap().1.parse().unwrap()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 16);
    }

    fn a_patch_merges_and_null_clears(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        let set = me.patch(&path, json!({"due_date": "2026-12-31", "estimated_hours": 2.5, "description": "**x**", "metadata": {"a": [1, "ё"]}, "priority": "urgent"})).ok(200);
        assert_eq!(set["due_date"], "2026-12-31T20:59:59Z", "a bare date ends in the account's zone (Moscow)");
        assert_eq!(set["metadata"], json!({"a": [1, "ё"]}));
        assert_eq!(set["version"], 2);
        let cleared = me.patch(&path, json!({"due_date": null, "estimated_hours": null})).ok(200);
        assert!(cleared["due_date"].is_null() && cleared["estimated_hours"].is_null());
        assert_eq!(cleared["description"], "**x**");
        let same = me.patch(&path, json!({"priority": "urgent"})).ok(200);
        assert_eq!(same["version"], cleared["version"], "nothing changed, no version");
    }

    fn if_match_prevents_lost_updates(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        assert_eq!(me.get(&path).header("etag").as_deref(), Some("\"1\""));
        let with = |version: &str, body: Value| me.call("PATCH", &path, Some(&body), &[("if-match", version)]);
        with("\"1\"", json!({"title": "one"})).ok(200);
        let problem = with("\"1\"", json!({"title": "two"})).problem(412, "version-mismatch");
        assert_eq!(problem["current"]["title"], "one");
        assert_eq!(problem["current"]["version"], 2);
        with("\"2\"", json!({"title": "two"})).ok(200);
        me.post(&format!("{path}/comments"), json!({"body": "a comment makes no version"})).ok(201);
        with("\"3\"", json!({"title": "three"})).ok(200);
        assert_eq!(me.call("GET", &path, None, &[("if-none-match", "\"4\"")]).status, 304);
        assert_eq!(me.call("POST", &format!("{path}/status"), Some(&json!({"status": "done"})), &[("if-match", "\"1\"")]).status, 412, "actions too");
    }

    fn many_writers_lose_nothing(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "0");
        let path = format!("/tasks/{}", task["id"]);
        let wins: i64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| {
                let (me, path) = (me.clone(), path.clone());
                scope.spawn(move || {
                    let mut wins = 0;
                    for _ in 0..5 {
                        let now = me.get(&path).ok(200);
                        let next = now["title"].as_str().unwrap().parse::<i64>().unwrap() + 1;
                        let version = format!("\"{}\"", now["version"]);
                        let answer = me.call("PATCH", &path, Some(&json!({"title": next.to_string()})), &[("if-match", &version)]);
                        assert!(answer.status == 200 || answer.status == 412, "{answer:?}");
                        wins += i64::from(answer.status == 200);
                    }
                    wins
                })
            }).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        let end = me.get(&path).ok(200);
        assert_eq!(end["title"], wins.to_string());
        assert_eq!(end["version"], wins + 1);
    }

    fn the_transition_table_holds(app) {
        let worker = app.demo("worker");
        let manager = app.demo("manager");
        let project = manager.project();
        let task = worker.task(&project, "mine");
        let status = |who: &crate::kit::Caller, to: &str| who.post(&format!("/tasks/{}/status", task["id"]), json!({"status": to}));
        status(&worker, "todo").ok(200);
        assert_eq!(status(&worker, "blocked").ok(200)["status"], "waiting");
        let done = status(&worker, "done").ok(200);
        assert!(done["completed_at"].is_string() && done["started_at"].is_string());
        assert_eq!(done["next_statuses"], json!(["in_progress", "closed"]));
        status(&worker, "new").problem(409, "transition-refused");
        status(&worker, "closed").ok(200);
        status(&worker, "in_progress").problem(409, "transition-refused");
        assert_eq!(status(&manager, "in_progress").ok(200)["status"], "in_progress");
        status(&worker, "exploded").problem(422, "invalid");
    }

    fn people_are_assigned_and_taken_off(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = manager.task(&manager.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        let with = manager.post(&format!("{path}/assign"), json!({"user_id": worker.id, "role": "owner"})).ok(200);
        assert_eq!(with["assignees"][0]["user"]["id"], worker.id);
        assert_eq!(with["assignees"][0]["assigned_by"]["id"], manager.id);
        let both = manager.post(&format!("{path}/assign"), json!({"user_id": manager.id, "role": "owner"})).ok(200);
        assert_eq!(both["assignees"].as_array().unwrap().len(), 1, "there is one owner");
        manager.post(&format!("{path}/assign"), json!({"user_id": worker.id, "role": "collaborator"})).ok(200);
        let left = manager.delete(&format!("{path}/assignees/{}", manager.id)).ok(200);
        assert_eq!(left["assignees"].as_array().unwrap().len(), 1);
        manager.delete(&format!("{path}/assignees/{}", manager.id)).problem(404, "not-found");
        let patched = manager.patch(&path, json!({"owner_id": worker.id, "collaborator_ids": [manager.id]})).ok(200);
        assert_eq!(patched["assignees"].as_array().unwrap().iter().map(|a| a["role"].as_str().unwrap()).collect::<Vec<_>>(), ["owner", "collaborator"]);
        assert_eq!(manager.patch(&path, json!({"collaborator_ids": null})).ok(200)["assignees"].as_array().unwrap().len(), 1);
        let stranger = app.stranger();
        manager.post(&format!("{path}/assign"), json!({"user_id": stranger.id, "role": "owner"})).problem(422, "invalid");
    }

    fn sub_tasks_form_a_tree(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let put = |child: &Value, parent: &Value| me.patch(&format!("/tasks/{}", child["id"]), json!({"parent_id": parent["id"]}));
        put(&b, &a).ok(200);
        put(&c, &b).ok(200);
        let problem = put(&a, &c).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], "cycle");
        assert_eq!(put(&a, &a).problem(422, "invalid")["errors"][0]["code"], "cycle");
        assert_eq!(me.get(&format!("/tasks/{}", a["id"])).ok(200)["children"], json!({"total": 1, "done": 0}));
        me.post(&format!("/tasks/{}/status", b["id"]), json!({"status": "done"})).ok(200);
        assert_eq!(me.get(&format!("/tasks/{}", a["id"])).ok(200)["children"], json!({"total": 1, "done": 1}));
        assert_eq!(me.delete(&format!("/tasks/{}", b["id"])).status, 204);
        let orphan = me.get(&format!("/tasks/{}", c["id"])).ok(200);
        assert_eq!(orphan["parent"]["id"], a["id"], "sub-tasks of a deleted task go to its parent");
        let inherited = me.post("/tasks", json!({"title": "d", "parent_id": a["id"]})).ok(201);
        assert_eq!(inherited["project"]["id"], project["id"]);
    }

    fn archive_delete_and_restore(app) {
        let me = app.stranger();
        let project = me.project();
        let task = me.task(&project, "t");
        let path = format!("/tasks/{}", task["id"]);
        let list = |query: &str| me.all(&format!("/tasks?project={}&{query}", project["id"])).len();
        assert!(me.post(&format!("{path}/archive"), json!({})).ok(200)["archived_at"].is_string());
        assert_eq!((list(""), list("archived=true"), list("archived=any")), (0, 1, 1));
        assert!(me.post(&format!("{path}/unarchive"), json!({})).ok(200)["archived_at"].is_null());
        assert_eq!(me.delete(&path).status, 204);
        me.get(&path).problem(404, "not-found");
        me.patch(&path, json!({"title": "x"})).problem(404, "not-found");
        assert_eq!((list(""), list("deleted=true")), (0, 1));
        assert!(me.post(&format!("{path}/restore"), json!({})).ok(200)["deleted_at"].is_null());
        me.get(&path).ok(200);
        me.post(&format!("{path}/restore"), json!({})).problem(404, "not-found");
    }

    fn a_moved_task_is_found_by_both_keys(app) {
        let me = app.stranger();
        let (from, to) = (me.project(), me.project());
        let task = me.task(&from, "t");
        let moved = me.patch(&format!("/tasks/{}", task["id"]), json!({"project_id": to["id"]})).ok(200);
        assert_eq!(moved["key"], format!("{}-1", to["key"].as_str().unwrap()));
        assert_eq!(me.get(&format!("/tasks/{}", task["key"].as_str().unwrap())).ok(200)["id"], task["id"]);
        assert_eq!(me.get(&format!("/tasks/{}", moved["key"].as_str().unwrap())).ok(200)["id"], task["id"]);
        let again = me.task(&from, "u");
        assert_ne!(again["key"], task["key"], "a key is never given again");
        let stranger = app.stranger();
        me.patch(&format!("/tasks/{}", task["id"]), json!({"project_id": stranger.project()["id"]})).problem(422, "invalid");
    }

    fn history_tells_every_change(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        me.patch(&path, json!({"title": "u", "priority": "high"})).ok(200);
        me.patch(&path, json!({"status": "in_progress", "comment": "started"})).ok(200);
        let history = me.all(&format!("{path}/history?limit=2"));
        let types: Vec<_> = history.iter().map(|e| e["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["CommentAdded", "TaskStatusChanged", "TaskUpdated", "TaskCreated"]);
        assert_eq!(history[2]["changes"]["title"], json!({"from": "t", "to": "u"}));
        assert_eq!(history[1]["changes"]["status"], json!({"from": "new", "to": "in_progress"}));
        assert_eq!(history[0]["comment"]["body"], "started");
        assert_eq!(history[0]["actor"]["id"], me.id);
        let seqs: Vec<_> = history.iter().map(|e| e["event_seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, [4, 3, 2, 1]);
    }

    fn a_task_is_seen_as_it_was(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "first");
        let path = format!("/tasks/{}", task["id"]);
        let comment = me.post(&format!("{path}/comments"), json!({"body": "before"})).ok(201);
        let history = me.get(&format!("{path}/history")).ok(200);
        let then = history["items"][0]["occurred_at"].as_str().unwrap().to_owned();
        std::thread::sleep(std::time::Duration::from_millis(5));
        me.patch(&path, json!({"title": "second"})).ok(200);
        me.patch(&format!("{path}/comments/{}", comment["id"]), json!({"body": "after"})).ok(200);
        let was = me.get(&format!("{path}?as_of={then}")).ok(200);
        assert_eq!((was["title"].as_str(), was["comments"][0]["body"].as_str()), (Some("first"), Some("before")));
        assert_eq!(was["allowed_actions"], json!([]));
        me.get(&format!("{path}?as_of=2001-01-01T00:00:00Z")).problem(404, "not-found");
        me.get(&format!("{path}?as_of=yesterday")).problem(400, "invalid-query");
        app.stranger().get(&format!("{path}?as_of={then}")).problem(404, "not-found");
    }

    fn a_bulk_change_answers_for_each(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let project = manager.project();
        let (mine, other) = (worker.task(&project, "mine"), manager.task(&project, "not mine"));
        let body = json!({"task_ids": [other["id"], mine["id"], 999_999], "change": {"status": "in_progress", "priority": "high"}});
        let items = worker.post("/tasks/bulk", body).ok(200)["items"].clone();
        assert_eq!(items[0]["problem"]["code"], "forbidden");
        assert_eq!((items[1]["ok"].as_bool(), items[1]["task"]["priority"].as_str()), (Some(true), Some("high")));
        assert_eq!(items[2]["problem"]["code"], "not-found");
        assert_eq!(manager.get(&format!("/tasks/{}", other["id"])).ok(200)["priority"], "medium", "the refused one is untouched");
        manager.post("/tasks/bulk", json!({"task_ids": [], "change": {}})).problem(422, "invalid");
        let many: Vec<i64> = (1..=201).collect();
        manager.post("/tasks/bulk", json!({"task_ids": many, "change": {"archived": true}})).problem(422, "invalid");
    }

    fn bulk_changes_do_not_deadlock(app) {
        let me = app.stranger();
        let project = me.project();
        let ids: Vec<Value> = (0..12).map(|n| me.task(&project, &format!("{n}"))["id"].clone()).collect();
        std::thread::scope(|scope| {
            for round in 0..6 {
                let (me, mut ids) = (me.clone(), ids.clone());
                if round % 2 == 0 { ids.reverse(); }
                scope.spawn(move || me.post("/tasks/bulk", json!({"task_ids": ids, "change": {"estimated_hours": null, "priority": if round % 2 == 0 { "low" } else { "high" }}})).status);
            }
        });
        let answer = me.post("/tasks/bulk", json!({"task_ids": ids, "change": {"priority": "urgent"}})).ok(200);
        assert!(answer["items"].as_array().unwrap().iter().all(|i| i["ok"] == true), "{answer}");
    }

    fn the_board_keeps_its_order(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let order = || me.all(&format!("/tasks?project={}&sort=rank", project["id"])).iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect::<String>();
        assert_eq!(order(), "abc");
        let ranked = me.post(&format!("/tasks/{}/rank", c["id"]), json!({"before_id": a["id"]})).ok(200);
        assert_eq!((order().as_str(), ranked["version"].as_i64()), ("cab", Some(1)));
        me.post(&format!("/tasks/{}/rank", c["id"]), json!({"after_id": a["id"]})).ok(200);
        assert_eq!(order(), "acb");
        me.post(&format!("/tasks/{}/rank", b["id"]), json!({})).problem(422, "invalid");
    }

    fn random_reassignment_covers_all_open_tasks(app) {
        let manager = app.demo("manager");
        let worker = app.demo("worker");
        let project = manager.project();
        for n in 0..8 { manager.task(&project, &format!("{n}")); }
        let path = format!("/projects/{}", project["id"]);
        manager.put(&format!("{path}/members/{}", worker.id), json!({"role": "developer"})).ok(200);
        worker.post(&format!("{path}/reassign"), json!({})).problem(403, "forbidden");
        let done = manager.post(&format!("{path}/reassign"), json!({})).ok(200);
        assert_eq!(done["items"].as_array().unwrap().len(), 8);
        let tasks = manager.all(&format!("/tasks?project={}", project["id"]));
        assert!(tasks.iter().all(|t| t["assignees"].as_array().unwrap().len() == 1), "{tasks:?}");
    }

    fn templates_make_tasks(app) {
        let me = app.stranger();
        let project = me.project();
        let name = format!("Закрытие {}", unique());
        let body = json!({"name": name, "title": "Закрыть период", "priority": "high", "checklist": ["НДС", "счёт 20"], "project_id": project["id"]});
        let template = me.post("/task-templates", body.clone()).ok(201);
        me.post("/task-templates", body).problem(409, "name-taken");
        let task = me.post(&format!("/task-templates/{}/use", template["id"]), json!({"title": "Закрыть ноябрь"})).ok(201);
        assert_eq!((task["title"].as_str(), task["description"].as_str()), (Some("Закрыть ноябрь"), Some("- [ ] НДС\n- [ ] счёт 20")));
        let renamed = me.patch(&format!("/task-templates/{}", template["id"]), json!({"name": "Другое"})).ok(200);
        assert_eq!(renamed["version"], 2);
        app.stranger().get(&format!("/task-templates/{}", template["id"])).problem(404, "not-found");
        assert_eq!(me.delete(&format!("/task-templates/{}", template["id"])).status, 204);
    }

    fn tags_are_of_an_account(app) {
        let me = app.stranger();
        let tag = me.post("/tags", json!({"name": "НДС", "color": "#3B7A57"})).ok(201);
        me.post("/tags", json!({"name": "НДС", "color": "#3B7A57"})).problem(409, "name-taken");
        me.post("/tags", json!({"name": "x", "color": "red"})).problem(422, "invalid");
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        assert_eq!(me.patch(&path, json!({"tag_ids": [tag["id"]]})).ok(200)["tags"][0]["name"], "НДС");
        me.patch(&format!("/tags/{}", tag["id"]), json!({"name": "VAT"})).ok(200);
        assert_eq!(me.get(&path).ok(200)["tags"][0]["name"], "VAT");
        let stranger = app.stranger();
        stranger.post("/tags", json!({"name": "НДС", "color": "#3B7A57"})).ok(201);
        let theirs = stranger.task(&stranger.project(), "t");
        stranger.patch(&format!("/tasks/{}", theirs["id"]), json!({"tag_ids": [tag["id"]]})).problem(422, "invalid");
        assert_eq!(me.delete(&format!("/tags/{}", tag["id"])).status, 204);
        assert_eq!(me.get(&path).ok(200)["tags"], json!([]));
    }
}
