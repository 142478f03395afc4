use crate::kit::{Caller, both};
use serde_json::{Value, json};

fn relate(who: &Caller, task: &Value, kind: &str, other: &Value) -> crate::kit::Answer {
    who.post(&format!("/tasks/{}/relations", task["id"]), json!({"kind": kind, "task_id": other["id"]}))
}

/// (kind, title) of a task's relations.
fn seen(who: &Caller, task: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let items = who.all(&format!("/tasks/{}/relations", task["id"]));
    items.iter().map(|r| (text(&r["kind"]), text(&r["task"]["title"]))).collect()
}

fn pair(kind: &str, title: &str) -> (String, String) {
    (kind.to_owned(), title.to_owned())
}

fn status(who: &Caller, task: &Value, to: &str) -> crate::kit::Answer {
    who.post(&format!("/tasks/{}/status", task["id"]), json!({"status": to}))
}

both! {
    fn both_ends_see_it(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let made = relate(&me, &a, "blocked_by", &b).ok(201);
        assert_eq!((&made["kind"], &made["task"]["key"], &made["task"]["archived"]), (&json!("blocked_by"), &b["key"], &json!(false)));
        assert_eq!(made["created_by"]["id"], me.id);
        let by_key = me.post(&format!("/tasks/{}/relations", a["key"].as_str().unwrap()), json!({"kind": "duplicates", "key": c["key"].as_str().unwrap().to_lowercase()}));
        by_key.ok(201);
        relate(&me, &b, "relates", &a).ok(201);
        assert_eq!(seen(&me, &a), [pair("blocked_by", "b"), pair("duplicates", "c"), pair("relates", "b")]);
        assert_eq!(seen(&me, &b), [pair("blocks", "a"), pair("relates", "a")]);
        assert_eq!(seen(&me, &c), [pair("duplicated_by", "a")]);

        // The same again, from either end, is the same.
        assert_eq!(relate(&me, &a, "blocked_by", &b).ok(200)["id"], made["id"]);
        assert_eq!(relate(&me, &b, "blocks", &a).ok(200)["id"], made["id"]);
        relate(&me, &a, "relates", &b).ok(200);

        // A deleted task is not there; an archived one says so.
        assert_eq!(me.delete(&format!("/tasks/{}", c["id"])).status, 204);
        assert_eq!(seen(&me, &a).len(), 2);
        me.post(&format!("/tasks/{}/restore", c["id"]), json!({})).ok(200);
        me.post(&format!("/tasks/{}/archive", c["id"]), json!({})).ok(200);
        assert_eq!(me.all(&format!("/tasks/{}/relations", a["id"]))[1]["task"]["archived"], true);

        // Ended from the other end.
        let path = |task: &Value| format!("/tasks/{}/relations/{}", task["id"], made["id"]);
        me.delete(&path(&c)).problem(404, "not-found");
        assert_eq!(me.delete(&path(&b)).status, 204);
        me.delete(&path(&b)).problem(404, "not-found");
        assert_eq!(seen(&me, &a), [pair("duplicates", "c"), pair("relates", "b")]);
    }

    fn both_histories_tell_it(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b) = (me.task(&project, "a"), me.task(&project, "b"));
        let made = relate(&me, &a, "blocks", &b).ok(201);
        me.delete(&format!("/tasks/{}/relations/{}", a["id"], made["id"]));
        for (task, kind, other) in [(&a, "blocks", &b), (&b, "blocked_by", &a)] {
            let history = me.all(&format!("/tasks/{}/history", task["id"]));
            let types: Vec<_> = history.iter().map(|e| e["type"].as_str().unwrap()).collect();
            assert_eq!(types, ["TaskRelationRemoved", "TaskRelationAdded", "TaskCreated"]);
            let told = &history[1]["changes"]["relation"];
            assert_eq!((&told["from"], &told["to"]["kind"], &told["to"]["task"]["key"]), (&Value::Null, &json!(kind), &other["key"]));
            assert_eq!(history[0]["changes"]["relation"]["from"], told["to"]);
            let now = me.get(&format!("/tasks/{}", task["id"])).ok(200);
            assert_eq!((now["version"].as_i64(), now["event_seq"].as_i64()), (Some(1), Some(3)), "a relation is no field of its task");
        }
    }

    fn nonsense_is_refused(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let code = |answer: crate::kit::Answer| {
            let error = answer.ok(422)["errors"][0].clone();
            (error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        let at = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(code(relate(&me, &a, "relates", &a)), at("/task_id", "cycle"));
        relate(&me, &a, "blocks", &b).ok(201);
        relate(&me, &b, "blocks", &c).ok(201);
        assert_eq!(code(relate(&me, &c, "blocks", &a)), at("/task_id", "cycle"));
        assert_eq!(code(relate(&me, &a, "blocked_by", &b)), at("/task_id", "cycle"));
        relate(&me, &c, "relates", &a).ok(201);
        relate(&me, &c, "duplicates", &a).ok(201);
        assert_eq!(code(relate(&me, &a, "duplicates", &c)), at("/task_id", "cycle"));
        let path = format!("/tasks/{}/relations", a["id"]);
        let post = |body: Value| code(me.post(&path, body));
        assert_eq!(post(json!({"kind": "blocks", "task_id": 99_999_999})), at("/task_id", "unknown-reference"));
        assert_eq!(post(json!({"kind": "blocks", "key": "NONE-1"})), at("/key", "unknown-reference"));
        assert_eq!(post(json!({"kind": "blocks", "key": "nonsense"})), at("/key", "unknown-reference"));
        assert_eq!(post(json!({"kind": "blocks"})), at("", "one-of"));
        assert_eq!(post(json!({"kind": "blocks", "task_id": 1, "key": "A-1"})), at("", "one-of"));
        assert_eq!(post(json!({"kind": "hates", "task_id": 1})), at("/kind", "value"));
        let stale = me.call("POST", &path, Some(&json!({"kind": "relates", "task_id": b["id"]})), &[("if-match", "\"7\"")]);
        stale.problem(412, "version-mismatch");
        let there = app.stranger();
        let theirs = there.task(&there.project(), "theirs");
        assert_eq!(post(json!({"kind": "relates", "task_id": theirs["id"]})), at("/task_id", "unknown-reference"));
        there.get(&path).problem(404, "not-found");
        there.post(&path, json!({"kind": "relates", "task_id": theirs["id"]})).problem(404, "not-found");
        assert_eq!(seen(&there, &theirs), []);
    }

    fn a_repeated_request_makes_one(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b) = (me.task(&project, "a"), me.task(&project, "b"));
        let send = |key: &str| me.call("POST", &format!("/tasks/{}/relations", a["id"]), Some(&json!({"kind": "blocks", "task_id": b["id"]})), &[("idempotency-key", key)]);
        let first = send("one").ok(201);
        let again = send("one");
        assert_eq!(again.header("idempotency-replayed").as_deref(), Some("true"));
        assert_eq!(again.ok(201), first);
        assert_eq!(send("two").ok(200), first);
        assert_eq!(send("two").ok(200), first);
    }

    fn at_once_they_close_no_circle(app) {
        let me = app.stranger();
        let project = me.project();
        let tasks: Vec<Value> = (0..4).map(|n| me.task(&project, &format!("{n}"))).collect();
        let made: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|n| {
                let (me, a, b) = (me.clone(), tasks[n % 4].clone(), tasks[(n + 1) % 4].clone());
                scope.spawn(move || {
                    let answer = relate(&me, &a, "blocks", &b);
                    assert!([200, 201, 422].contains(&answer.status), "{answer:?}");
                    usize::from(answer.status == 201)
                })
            }).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(made, 3, "the fourth would close the circle");
    }

    fn what_is_blocked_is_not_ended_unawares(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let view = |task: &Value| me.get(&format!("/tasks/{}", task["id"])).ok(200);
        assert_eq!(view(&a)["blocked"], false);
        relate(&me, &b, "blocks", &a).ok(201);
        relate(&me, &a, "blocks", &c).ok(201);
        assert_eq!((&view(&a)["blocked"], &view(&b)["blocked"], &view(&c)["blocked"]), (&json!(true), &json!(false), &json!(true)));
        status(&me, &a, "in_progress").ok(200);
        for to in ["done", "closed"] {
            let problem = status(&me, &a, to).problem(409, "task-blocked");
            assert_eq!(problem["blocked_by"], json!([{"id": b["id"], "key": b["key"], "title": "b", "status": "new"}]));
        }
        me.patch(&format!("/tasks/{}", a["id"]), json!({"status": "done", "title": "x"})).problem(409, "task-blocked");
        assert_eq!(view(&a)["title"], "a", "nothing of a refused change stays");
        let bulk = |change: Value| me.post("/tasks/bulk", json!({"task_ids": [a["id"], b["id"]], "change": change})).ok(200)["items"].clone();
        // In the order of the request's locks the one that blocks may end first; here it comes second.
        let items = bulk(json!({"status": "done"}));
        assert_eq!((&items[0]["problem"]["code"], &items[0]["problem"]["blocked_by"][0]["id"]), (&json!("task-blocked"), &b["id"]));
        assert_eq!(items[1]["ok"], true);
        assert_eq!(status(&me, &a, "done").ok(200)["blocked"], false, "b is done");

        // It says so: by each of the three ways.
        status(&me, &b, "in_progress").ok(200);
        status(&me, &a, "in_progress").ok(200);
        let by_status = me.post(&format!("/tasks/{}/status", a["id"]), json!({"status": "done", "even_if_blocked": true})).ok(200);
        assert_eq!((&by_status["status"], &by_status["blocked"]), (&json!("done"), &json!(true)));
        status(&me, &a, "closed").problem(409, "task-blocked");
        me.patch(&format!("/tasks/{}", a["id"]), json!({"status": "closed", "even_if_blocked": true})).ok(200);
        status(&me, &a, "in_progress").ok(200);
        assert_eq!(bulk(json!({"status": "done", "even_if_blocked": true}))[0]["ok"], true);

        // Archived, deleted, unrelated: they block no more.
        status(&me, &a, "in_progress").ok(200);
        status(&me, &b, "in_progress").ok(200);
        assert_eq!(view(&a)["blocked"], true);
        me.post(&format!("/tasks/{}/archive", b["id"]), json!({})).ok(200);
        assert_eq!(view(&a)["blocked"], false);
        me.post(&format!("/tasks/{}/unarchive", b["id"]), json!({})).ok(200);
        assert_eq!(me.delete(&format!("/tasks/{}", b["id"])).status, 204);
        status(&me, &a, "done").ok(200);
    }

    fn who_may_relate(app) {
        let (manager, worker, finance, client) = (app.demo("manager"), app.demo("worker"), app.demo("finance"), app.demo("client"));
        let erp = manager.all("/projects").into_iter().find(|p| p["key"] == "ERP").unwrap();
        let shared = |title: &str| manager.post("/tasks", json!({"title": title, "project_id": erp["id"], "client_visible": true})).ok(201);
        let (theirs, mine, open) = (manager.task(&erp, "theirs"), worker.task(&erp, "mine"), shared("open"));
        // One's own task to any other, from one's own side only.
        let made = relate(&worker, &mine, "blocked_by", &theirs).ok(201);
        relate(&worker, &theirs, "relates", &mine).problem(403, "forbidden");
        relate(&finance, &mine, "relates", &theirs).problem(403, "forbidden");
        worker.delete(&format!("/tasks/{}/relations/{}", theirs["id"], made["id"])).problem(403, "forbidden");
        finance.delete(&format!("/tasks/{}/relations/{}", mine["id"], made["id"])).problem(403, "forbidden");
        assert_eq!(seen(&finance, &theirs), [pair("blocks", "mine")]);

        // A client sees no task of a relation that they don't see, neither in the list nor in the history nor in a refusal.
        relate(&manager, &open, "blocked_by", &theirs).ok(201);
        let visible = shared("visible");
        relate(&manager, &open, "relates", &visible).ok(201);
        assert_eq!(seen(&client, &open), [pair("relates", "visible")]);
        assert_eq!(client.get(&format!("/tasks/{}", open["id"])).ok(200)["blocked"], true);
        let told = client.get(&format!("/tasks/{}/history", open["id"])).ok(200);
        assert!(!told.to_string().contains("theirs"), "{told}");
        relate(&client, &open, "relates", &visible).problem(403, "forbidden");
        client.get(&format!("/tasks/{}/relations", theirs["id"])).problem(404, "not-found");
    }

    fn the_erp_ends_what_is_blocked(app) {
        let me = app.stranger();
        let project = me.project();
        let (source, _) = app.integrate(&me, &project);
        let born = json!({"source": source, "event_type": "created", "external_id": "7", "data": {"name": "from the ERP"}});
        app.receive(born.to_string().as_bytes());
        let task = me.all(&format!("/tasks?project={}", project["id"])).remove(0);
        relate(&me, &me.task(&project, "blocker"), "blocks", &task).ok(201);
        status(&me, &task, "done").problem(409, "task-blocked");
        let done = json!({"source": source, "event_type": "status_changed", "external_id": "7", "data": {"status": "done"}});
        app.receive(done.to_string().as_bytes());
        assert_eq!(me.get(&format!("/tasks/{}", task["id"])).ok(200)["status"], "done");
    }
}
