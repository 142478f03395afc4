use crate::kit::{Caller, both};
use serde_json::{Value, json};

fn path(task: &Value, who: impl std::fmt::Display) -> String {
    format!("/tasks/{}/watchers/{who}", task["id"])
}

fn watchers(who: &Caller, task: &Value) -> Vec<i64> {
    who.all(&format!("/tasks/{}/watchers", task["id"])).iter().map(|p| p["id"].as_i64().unwrap()).collect()
}

both! {
    fn one_watches_and_stops(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = manager.task(&manager.project(), "t");
        let view = |who: &Caller| {
            let view = who.get(&format!("/tasks/{}", task["id"])).ok(200);
            (view["watching"].as_bool().unwrap(), view["watchers"].as_i64().unwrap())
        };
        assert_eq!(view(&worker), (false, 0));
        assert_eq!(worker.put(&path(&task, "me"), json!({})).status, 204);
        assert_eq!(worker.call("PUT", &path(&task, worker.id), None, &[]).status, 204, "twice is once");
        assert_eq!((view(&worker), view(&manager), watchers(&manager, &task)), ((true, 1), (false, 1), vec![worker.id]));
        let list = |who: &Caller, of: &str| who.all(&format!("/tasks?project={}&watcher={of}", task["project"]["id"])).len();
        assert_eq!((list(&worker, "me"), list(&manager, "me"), list(&manager, &worker.id.to_string())), (1, 0, 1));
        assert_eq!(list(&manager, &format!("me,{}", worker.id)), 1);
        manager.get("/tasks?watcher=you").problem(400, "invalid-query");
        let groups = worker.get(&format!("/tasks/counts?group=status&watcher=me&project={}", task["project"]["id"])).ok(200);
        assert_eq!(groups["items"][0]["count"], 1);
        assert_eq!(worker.delete(&path(&task, "me")).status, 204);
        assert_eq!(worker.delete(&path(&task, "me")).status, 204);
        assert_eq!((view(&worker), list(&worker, "me")), ((false, 0), 0));
        let history = manager.all(&format!("/tasks/{}/history", task["id"]));
        let types: Vec<_> = history.iter().map(|e| e["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["TaskWatcherRemoved", "TaskWatcherAdded", "TaskCreated"], "what changes nothing is not told");
        assert_eq!(history[1]["changes"]["watcher"]["to"]["id"], worker.id);
        let now = manager.get(&format!("/tasks/{}", task["id"])).ok(200);
        assert_eq!(now["version"], 1, "who watches is no field of the task");
    }

    fn others_are_added_by_who_may_edit(app) {
        let (manager, worker, finance, client) = (app.demo("manager"), app.demo("worker"), app.demo("finance"), app.demo("client"));
        let erp = manager.all("/projects").into_iter().find(|p| p["key"] == "ERP").unwrap();
        let (theirs, mine) = (manager.task(&erp, "theirs"), worker.task(&erp, "mine"));
        worker.put(&path(&theirs, finance.id), json!({})).problem(403, "forbidden");
        assert_eq!(worker.put(&path(&mine, finance.id), json!({})).status, 204);
        worker.delete(&path(&theirs, finance.id)).problem(403, "forbidden");
        assert_eq!(finance.delete(&path(&mine, "me")).status, 204, "who was added may leave");
        assert_eq!(finance.put(&path(&theirs, "me"), json!({})).status, 204);

        // Nobody is told of what they can't see.
        let refused = manager.put(&path(&theirs, client.id), json!({})).problem(422, "invalid");
        assert_eq!(refused["errors"][0]["code"], "unknown-reference");
        client.put(&path(&theirs, "me"), json!({})).problem(404, "not-found");
        let shared = manager.post("/tasks", json!({"title": "shared", "project_id": erp["id"], "client_visible": true})).ok(201);
        assert_eq!(manager.put(&path(&shared, client.id), json!({})).status, 204);
        assert_eq!(client.all("/tasks?watcher=me").len(), 1);
        manager.patch(&format!("/tasks/{}", shared["id"]), json!({"client_visible": false})).ok(200);
        assert_eq!(client.all("/tasks?watcher=me").len(), 0, "what is hidden again is not listed");
        client.delete(&path(&shared, "me")).problem(404, "not-found");

        let stranger = app.stranger();
        manager.put(&path(&theirs, stranger.id), json!({})).problem(422, "invalid");
        manager.put(&path(&theirs, 99_999_999), json!({})).problem(422, "invalid");
        manager.put(&path(&theirs, "nobody"), json!({})).problem(404, "not-found");
        stranger.put(&path(&theirs, "me"), json!({})).problem(404, "not-found");
        stranger.get(&format!("/tasks/{}/watchers", theirs["id"])).problem(404, "not-found");
        assert_eq!(watchers(&manager, &theirs), [finance.id]);
    }

    fn two_at_once_are_two(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = manager.task(&manager.project(), "t");
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (who, task) = (if n % 2 == 0 { manager.clone() } else { worker.clone() }, task.clone());
                scope.spawn(move || assert_eq!(who.put(&path(&task, "me"), json!({})).status, 204));
            }
        });
        assert_eq!(watchers(&manager, &task).len(), 2);
    }
}
