use crate::kit::{Caller, both};
use serde_json::{Value, json};

fn types(items: &[Value], task: &Value) -> Vec<String> {
    items.iter().filter(|i| i["task"]["id"] == task["id"]).map(|i| i["event"]["type"].as_str().unwrap().to_owned()).collect()
}

fn mentions(who: &Caller, task: &Value) -> Vec<Value> {
    who.all("/mentions?limit=1").into_iter().filter(|m| m["task"]["id"] == task["id"]).collect()
}

both! {
    fn the_feed_tells_what_happened_newest_first(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let project = manager.project();
        let (task, other) = (manager.task(&project, "fed"), manager.task(&project, "other"));
        let path = format!("/tasks/{}", task["id"]);
        worker.post(&format!("{path}/comments"), json!({"body": "слово"})).ok(201);
        manager.patch(&path, json!({"title": "fed anew"})).ok(200);
        manager.post(&format!("{path}/rank"), json!({"after_id": other["id"]})).ok(200);
        manager.post(&format!("{path}/status"), json!({"status": "waiting"})).ok(200);

        let base = format!("/activity?project={}&limit=2", project["id"]);
        let feed = manager.all(&base);
        assert_eq!(types(&feed, &task), ["TaskStatusChanged", "TaskUpdated", "CommentAdded", "TaskCreated"], "places are no news");
        assert_eq!(types(&feed, &other), ["TaskCreated"]);
        let times: Vec<&str> = feed.iter().map(|i| i["event"]["occurred_at"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
        let told = manager.all(&format!("{path}/history"));
        assert!(feed.iter().filter(|i| i["task"]["id"] == task["id"]).all(|i| told.contains(&i["event"])));
        assert_eq!(feed[0]["task"], json!({"id": task["id"], "key": task["key"], "title": "fed anew", "status": "waiting"}));
        assert!(manager.all("/activity?limit=10").iter().take(5).any(|i| i["task"]["id"] == task["id"]) || app.postgres, "without a project, too");

        let of = |who: &Caller, query: &str| types(&who.all(&format!("{base}&{query}")), &task);
        assert_eq!(of(&manager, &format!("actor={}", worker.id)), ["CommentAdded"]);
        assert_eq!(of(&worker, "actor=me"), ["CommentAdded"]);
        assert_eq!(of(&manager, &format!("until={}", times[0])), ["TaskUpdated", "CommentAdded", "TaskCreated"]);
        assert_eq!(of(&manager, &format!("since={}", times[1])), ["TaskStatusChanged", "TaskUpdated"]);
        assert_eq!(of(&manager, "since=2999-01-01"), [""; 0]);

        manager.post(&format!("{path}/assign"), json!({"user_id": worker.id, "role": "owner"})).ok(200);
        worker.patch(&path, json!({"priority": "high"})).ok(200);
        assert_eq!(of(&worker, "mine=true"), ["TaskAssigned", "TaskStatusChanged", "TaskUpdated", "TaskCreated"]);
        assert_eq!(of(&worker, "mine=true&own=true")[..3], ["TaskUpdated", "TaskAssigned", "TaskStatusChanged"]);
        assert_eq!(of(&manager, "mine=true"), ["TaskUpdated", "CommentAdded"], "made it, did the rest");
        assert_eq!(of(&manager, &format!("mine=true&actor={}", worker.id)), ["TaskUpdated", "CommentAdded"]);
        assert!(worker.all(&format!("{base}&mine=true")).iter().all(|i| i["task"]["id"] == task["id"]));

        assert!(app.stranger().all(&base).is_empty() && app.stranger().all("/activity").is_empty());
        let cursor = manager.get(&base).ok(200)["next_cursor"].as_str().unwrap().to_owned();
        manager.get(&format!("/activity?cursor={cursor}")).problem(400, "cursor-mismatch");
        manager.get("/activity?actor=you").problem(400, "invalid-query");
        manager.delete(&path);
        assert!(of(&manager, "").is_empty(), "what was deleted is left out");
    }

    fn clients_are_told_of_what_they_see(app) {
        let (manager, client) = (app.demo("manager"), app.demo("client"));
        let erp = manager.all("/projects").into_iter().find(|p| p["key"] == "ERP").unwrap();
        let hidden = manager.task(&erp, "hidden");
        let shared = manager.post("/tasks", json!({"title": "shared", "project_id": erp["id"], "client_visible": true})).ok(201);
        let path = format!("/tasks/{}/comments", shared["id"]);
        let call = format!("[@Клиент](/users/{})", client.id);
        manager.post(&path, json!({"body": format!("между нами, {call}"), "internal": true})).ok(201);
        manager.post(&path, json!({"body": format!("для всех, {call}")})).ok(201);
        manager.post(&format!("/tasks/{}/comments", hidden["id"]), json!({"body": call})).ok(201);
        manager.post(&format!("/tasks/{}/relations", shared["id"]), json!({"kind": "relates", "task_id": hidden["id"]})).ok(201);
        let feed = client.all(&format!("/activity?project={}&limit=50", erp["id"]));
        assert_eq!(types(&feed, &shared), ["CommentAdded", "TaskCreated"]);
        assert!(types(&feed, &hidden).is_empty());
        assert!(!feed.iter().any(|i| i.to_string().contains("между нами")));
        let found = client.all("/mentions");
        assert!(found.iter().all(|m| m["task"]["id"] != hidden["id"] && !m.to_string().contains("между нами")), "{found:?}");
        assert_eq!(mentions(&client, &shared).len(), 1);
        assert_eq!(types(&manager.all(&format!("/activity?project={}&limit=50", erp["id"])), &shared)[0], "TaskRelationAdded");
    }

    fn mentions_come_from_comments_and_descriptions(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let project = manager.project();
        let text = format!("## План\n\nПроверь, [@Иван](/users/{}), **склад** [тут](https://example.com)", worker.id);
        let task = manager.post("/tasks", json!({"title": "t", "project_id": project["id"], "description": text})).ok(201);
        let path = format!("/tasks/{}", task["id"]);
        let found = mentions(&worker, &task);
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0]["comment_id"], &found[0]["by"]["id"]), (&Value::Null, &json!(manager.id)));
        assert_eq!(found[0]["excerpt"], "План Проверь, @Иван, склад тут");
        assert_eq!(found[0]["task"]["key"], task["key"]);

        let comment = manager.post(&format!("{path}/comments"), json!({"body": format!("[@Иван](/users/{}) и [@Я](/users/{})", worker.id, manager.id)})).ok(201);
        let found = mentions(&worker, &task);
        assert_eq!(found.iter().map(|m| m["comment_id"].clone()).collect::<Vec<_>>(), [comment["id"].clone(), Value::Null], "newest first");
        assert_eq!(mentions(&manager, &task).len(), 1);
        let one = format!("{path}/comments/{}", comment["id"]);
        manager.patch(&one, json!({"body": format!("только [@Я](/users/{})", manager.id)})).ok(200);
        assert_eq!((mentions(&worker, &task).len(), mentions(&manager, &task).len()), (1, 1));
        manager.delete(&one);
        assert_eq!(mentions(&manager, &task).len(), 0);

        let (first, changed) = (mentions(&worker, &task)[0]["at"].clone(), format!("{text}\n\nи срочно"));
        manager.patch(&path, json!({"description": changed})).ok(200);
        assert_eq!(mentions(&worker, &task)[0]["at"], first, "mentioned once is not news again");
        manager.patch(&path, json!({"description": "никого"})).ok(200);
        assert!(mentions(&worker, &task).is_empty());
        manager.patch(&path, json!({"description": format!("[@X](/users/{})", app.stranger().id)})).ok(200);
    }

    fn a_project_in_numbers(app) {
        let me = app.stranger();
        let project = me.project();
        let now = chrono::DateTime::parse_from_rfc3339(project["created_at"].as_str().unwrap()).unwrap();
        for (title, body) in [
            ("a", json!({"due_date": "2020-01-01", "estimated_hours": 2.5, "owner_id": me.id})),
            ("b", json!({"status": "done", "actual_hours": 4, "estimated_hours": 1})),
            ("c", json!({"status": "in_progress"})),
            ("d", json!({"status": "closed", "owner_id": me.id})),
            ("e", json!({"owner_id": me.id, "due_date": (now + chrono::Duration::days(2)).to_rfc3339()})),
            ("f", json!({})),
            ("g", json!({})),
        ] {
            let mut new = body;
            new["title"] = json!(title);
            new["project_id"] = project["id"].clone();
            let task = me.post("/tasks", new).ok(201);
            match title {
                "f" => _ = me.post(&format!("/tasks/{}/archive", task["id"]), json!({})).ok(200),
                "g" => _ = me.delete(&format!("/tasks/{}", task["id"])),
                _ => {}
            }
        }
        let path = format!("/projects/{}/overview", project["id"]);
        let found = me.get(&format!("{path}?days=7")).ok(200);
        assert_eq!(found["counts"], json!({"new": 2, "in_progress": 1, "waiting": 0, "testing": 0, "done": 1, "closed": 1}));
        assert_eq!((&found["overdue"], &found["unassigned"], &found["due_this_week"]), (&json!(1), &json!(1), &json!(1)));
        assert_eq!((&found["estimated_hours"], &found["actual_hours"]), (&json!(3.5), &json!(4.0)));
        let days = found["burndown"].as_array().unwrap();
        assert_eq!(days.len(), 7);
        assert_eq!((&days[0]["open"], &days[0]["created"]), (&json!(0), &json!(0)));
        let sum = |name: &str| days.iter().map(|d| d[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("created"), sum("completed"), &days[6]["open"]), (6, 2, &json!(3)), "{days:?}");
        assert_eq!(found["people"][0]["user"]["id"], me.id);
        assert_eq!(found["people"], json!([{"user": found["people"][0]["user"], "open": 2, "overdue": 1}, {"user": null, "open": 1, "overdue": 0}]));
        assert_eq!(me.get(&path).ok(200)["burndown"].as_array().unwrap().len(), 30);
        for days in ["0", "367", "x", "-1"] {
            me.get(&format!("{path}?days={days}")).problem(400, "invalid-query");
        }
        app.stranger().get(&path).problem(404, "not-found");
    }

    fn columns_of_the_board_have_limits(app) {
        let me = app.stranger();
        let project = me.project();
        assert_eq!(project["board_limits"], json!({}));
        let path = format!("/projects/{}", project["id"]);
        let limited = me.patch(&path, json!({"board_limits": {"in_progress": 3, "testing": 5, "new": null}})).ok(200);
        assert_eq!((&limited["board_limits"], &limited["version"]), (&json!({"in_progress": 3, "testing": 5}), &json!(2)));
        assert_eq!(me.get(&path).ok(200)["board_limits"], limited["board_limits"]);
        assert_eq!(me.patch(&path, json!({"board_limits": {"testing": 4}})).ok(200)["board_limits"], json!({"testing": 4}), "as a whole");
        for (limits, pointer) in [(json!({"testing": 0}), "/board_limits/testing"), (json!({"testing": 1000}), "/board_limits/testing"), (json!([]), "/board_limits")] {
            assert_eq!(me.patch(&path, json!({"board_limits": limits})).problem(422, "invalid")["errors"][0]["pointer"], pointer);
        }
        me.patch(&path, json!({"board_limits": {"gone": 1}})).ok(422);
        assert_eq!(me.patch(&path, json!({"board_limits": null})).ok(200)["board_limits"], json!({}));
        app.demo("worker").patch(&path, json!({"board_limits": {}})).problem(404, "not-found");
    }
}
