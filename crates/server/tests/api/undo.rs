use crate::kit::{Answer, Caller, both, unique};
use serde_json::{Value, json};

/// The commit of a successful change.
#[track_caller]
fn commit(answer: Answer) -> String {
    assert!(answer.status < 300, "{}", answer.text);
    answer.header("tasktrack-commit").expect("a change has a commit")
}

fn undo(who: &Caller, commit: &str) -> Answer {
    who.post("/undo", json!({"commit_id": commit}))
}

/// Outcome and code of the only task of a commit.
#[track_caller]
fn outcome(answer: Answer) -> (String, Value) {
    let items = answer.ok(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    (items[0]["outcome"].as_str().unwrap().to_owned(), items[0]["code"].clone())
}

fn undone() -> (String, Value) {
    ("undone".to_owned(), Value::Null)
}

fn skipped(code: &str) -> (String, Value) {
    ("skipped".to_owned(), json!(code))
}

fn path(task: &Value) -> String {
    format!("/tasks/{}", task["id"])
}

/// All that can be seen of a task but the marks of time.
fn state(who: &Caller, task: &Value) -> Value {
    let mut view = who.get(&path(task)).ok(200);
    for mark in ["version", "event_seq", "updated_at"] {
        view.as_object_mut().unwrap().remove(mark);
    }
    view
}

/// Repeatable chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).unwrap()
    }
    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// People, tags and tasks that changes are made of.
struct Things {
    manager: Caller,
    worker: Caller,
    project: Value,
    parent: Value,
    tags: Vec<i64>,
}

fn things(app: &'static crate::kit::App) -> Things {
    let (manager, worker) = (app.demo("manager"), app.demo("worker"));
    let project = manager.project();
    let parent = manager.task(&project, "parent");
    let tag = |n: u32| {
        let body = json!({"name": format!("undo {} {n}", unique()), "color": "#3B7A57", "account_id": manager.account});
        manager.post("/tags", body).ok(201)["id"].as_i64().unwrap()
    };
    Things { tags: (0..3).map(tag).collect(), manager, worker, project, parent }
}

/// What a change may say of a field, and the field of the answer that shows it.
fn choices(things: &Things) -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let (me, other) = (things.manager.id, things.worker.id);
    let dates = vec![json!(null), json!("2026-12-01"), json!("2026-12-24T10:00:00.123456Z")];
    vec![
        ("title", "title", vec![json!("one"), json!("два"), json!("three")]),
        ("description", "description", vec![json!(""), json!("- [ ] ё\n- [x] b"), json!("x")]),
        ("status", "status", vec![json!("new"), json!("in_progress"), json!("waiting"), json!("testing")]),
        ("priority", "priority", vec![json!("low"), json!("medium"), json!("high"), json!("urgent")]),
        ("due_date", "due_date", dates.clone()),
        ("check_date", "check_date", dates),
        ("planned_start", "planned_start", vec![json!(null), json!("2026-10-01"), json!("2026-10-02")]),
        ("planned_end", "planned_end", vec![json!(null), json!("2026-11-01"), json!("2026-11-02")]),
        ("estimated_hours", "estimated_hours", vec![json!(null), json!(2), json!(2.5)]),
        ("actual_hours", "actual_hours", vec![json!(null), json!(100), json!(0.1)]),
        ("supervisor_id", "supervisor", vec![json!(null), json!(me), json!(other)]),
        ("parent_id", "parent", vec![json!(null), things.parent["id"].clone()]),
        ("owner_id", "assignees", vec![json!(null), json!(me), json!(other)]),
        ("tag_ids", "tags", vec![json!([]), json!([things.tags[0]]), json!([things.tags[1], things.tags[2]])]),
        ("metadata", "metadata", vec![json!({}), json!({"a": [1, 2.5, null]}), json!({"b": "ё"})]),
        ("client_visible", "client_visible", vec![json!(true), json!(false)]),
    ]
}

/// A patch of some fields by chance.
fn patch(things: &Things, dice: &mut Dice, most: usize) -> Value {
    let choices = choices(things);
    let mut patch = json!({});
    for _ in 0..=dice.below(most) {
        let (field, _, values) = dice.of(&choices);
        patch[*field] = dice.of(values).clone();
    }
    patch
}

both! {
    fn every_change_goes_back_and_forth(app) {
        let things = things(app);
        let (me, mut dice) = (&things.manager, Dice(1));
        let task = me.task(&things.project, "t");
        for round in 0..25 {
            let before = state(me, &task);
            let patch = patch(&things, &mut dice, 6);
            let answer = me.patch(&path(&task), patch.clone());
            let Some(done) = answer.header("tasktrack-commit") else {
                answer.ok(200);
                assert_eq!(state(me, &task), before, "{round}: {patch} changed nothing and has no commit");
                continue;
            };
            let after = state(me, &task);
            let back = undo(me, &done);
            let again = back.header("tasktrack-commit").unwrap();
            assert_eq!(outcome(back), undone(), "{round}: {patch}");
            assert_eq!(state(me, &task), before, "{round}: {patch}");
            assert_eq!(outcome(undo(me, &done)), skipped("nothing"), "{round}: once is enough");
            if dice.below(2) == 0 {
                // What was taken back is done again.
                assert_eq!(outcome(undo(me, &again)), undone(), "{round}: {patch}");
                assert_eq!(state(me, &task), after, "{round}: {patch}");
            }
        }
    }

    fn nobodys_later_work_is_lost(app) {
        let things = things(app);
        let (me, other, mut dice) = (&things.manager, app.demo("admin"), Dice(2));
        for round in 0..25 {
            let task = me.task(&things.project, "t");
            me.patch(&path(&task), patch(&things, &mut dice, 8)).ok(200);
            let before = state(me, &task);
            let mine = me.patch(&path(&task), patch(&things, &mut dice, 6));
            let Some(done) = mine.header("tasktrack-commit") else { continue };
            let between = state(me, &task);
            let theirs = patch(&things, &mut dice, 3);
            other.patch(&path(&task), theirs.clone()).ok(200);
            let later = state(me, &task);
            let (got, code) = outcome(undo(me, &done));
            let now = state(me, &task);
            let (mut back, mut left) = (0, 0);
            for (_, field, _) in choices(&things) {
                if field.starts_with("planned_") {
                    // The two hang together; their own test is below.
                    continue;
                }
                if between[field] == before[field] {
                    assert_eq!(now[field], later[field], "{round} {field}: none of my business");
                } else if later[field] == between[field] {
                    assert_eq!(now[field], before[field], "{round} {field} goes back; theirs: {theirs}");
                    back += 1;
                } else {
                    assert_eq!(now[field], later[field], "{round} {field} was changed since by {theirs}");
                    left += usize::from(later[field] != before[field]);
                }
            }
            if back > 0 {
                assert_eq!((got.as_str(), left > 0), ("undone", code == json!("changed-since") && left > 0), "{round}");
            }
        }
    }

    fn a_plan_stays_in_order(app) {
        let (me, other) = (app.demo("manager"), app.demo("admin"));
        let task = me.task(&me.project(), "t");
        me.patch(&path(&task), json!({"planned_start": "2026-10-10", "planned_end": "2026-10-20"})).ok(200);
        let done = commit(me.patch(&path(&task), json!({"planned_start": "2026-10-01", "title": "x"})));
        other.patch(&path(&task), json!({"planned_end": "2026-10-05"})).ok(200);
        assert_eq!(outcome(undo(&me, &done)), ("undone".to_owned(), json!("changed-since")));
        let now = me.get(&path(&task)).ok(200);
        assert_eq!(now["title"], "t");
        assert!(now["planned_start"].as_str().unwrap() < now["planned_end"].as_str().unwrap(), "{now}");
        let again = commit(me.patch(&path(&task), json!({"title": "y"})));
        other.patch(&path(&task), json!({"title": "z"})).ok(200);
        assert_eq!(outcome(undo(&me, &again)), skipped("changed-since"));
        assert_eq!(outcome(undo(&me, &again)), skipped("changed-since"), "also the second time");
    }

    fn a_worker_takes_back_what_only_managers_reopen(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = worker.task(&manager.project(), "t");
        let status = |to: &str| worker.post(&format!("{}/status", path(&task)), json!({"status": to}));
        for (from, to) in [("waiting", "closed"), ("waiting", "done")] {
            if from != "waiting" { status(from).ok(200); } else { manager.post(&format!("{}/status", path(&task)), json!({"status": from})); }
            let before = state(&worker, &task);
            let done = commit(status(to));
            assert!(state(&worker, &task)["completed_at"].is_string());
            if to == "closed" {
                status("in_progress").problem(409, "transition-refused");
            }
            assert_eq!(outcome(undo(&worker, &done)), undone());
            assert_eq!(state(&worker, &task), before, "its times too");
        }
        // A reopened task is as finished as it was, at the time that it was.
        status("done").ok(200);
        let before = state(&worker, &task);
        let reopened = commit(status("in_progress"));
        assert_eq!(outcome(undo(&worker, &reopened)), undone());
        assert_eq!(state(&worker, &task), before);
        // Open tasks that block are no hindrance.
        let reopened = commit(status("in_progress"));
        let blocker = worker.task(&manager.project(), "b");
        worker.post(&format!("{}/relations", path(&blocker)), json!({"kind": "blocks", "task_id": task["id"]})).ok(201);
        status("done").problem(409, "task-blocked");
        assert_eq!(outcome(undo(&worker, &reopened)), undone());
    }

    fn archive_and_trash_come_back(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let project = manager.project();
        let (root, task) = (manager.task(&project, "root"), worker.task(&project, "t"));
        worker.patch(&path(&task), json!({"parent_id": root["id"]})).ok(200);
        // A sub-task of somebody else moves with its parent and back again.
        let child = manager.task(&project, "child");
        manager.patch(&path(&child), json!({"parent_id": task["id"]})).ok(200);
        let before = [state(&manager, &root), state(&manager, &task), state(&manager, &child)];
        let all = || [state(&manager, &root), state(&manager, &task), state(&manager, &child)];

        let archived = commit(worker.post(&format!("{}/archive", path(&task)), json!({})));
        assert_eq!(outcome(undo(&worker, &archived)), undone());
        assert_eq!(all(), before);

        let deleted = commit(worker.delete(&path(&task)));
        worker.get(&path(&task)).problem(404, "not-found");
        assert_eq!(manager.get(&path(&child)).ok(200)["parent"]["id"], root["id"]);
        let back = undo(&worker, &deleted);
        let again = back.header("tasktrack-commit").unwrap();
        let items = back.ok(200)["items"].clone();
        assert_eq!((&items[0]["outcome"], &items[1]["outcome"]), (&json!("undone"), &json!("undone")), "{items}");
        assert_eq!((&items[0]["key"], &items[0]["task"]["id"], &items[1]["task"]["id"]), (&task["key"], &task["id"], &child["id"]));
        assert_eq!(all(), before);

        // Deleted again, and once more back.
        let redone = undo(&worker, &again);
        let third = redone.header("tasktrack-commit").unwrap();
        assert_eq!(redone.ok(200)["items"][0]["task"]["title"], "t", "also what is in the trash is shown");
        worker.get(&path(&task)).problem(404, "not-found");
        assert_eq!(manager.get(&path(&child)).ok(200)["parent"]["id"], root["id"]);
        assert_eq!(undo(&worker, &third).ok(200)["items"][0]["outcome"], "undone");
        assert_eq!(state(&manager, &task), before[1]);

        // A change of something that has been thrown away since.
        let titled = commit(worker.patch(&path(&task), json!({"title": "x"})));
        manager.delete(&path(&task));
        assert_eq!(outcome(undo(&worker, &titled)), skipped("changed-since"));
        let restored = commit(manager.post(&format!("{}/restore", path(&task)), json!({})));
        assert_eq!(outcome(undo(&manager, &restored)), undone());
        manager.get(&path(&task)).problem(404, "not-found");
    }

    fn bulk_goes_back_task_by_task(app) {
        let (me, other) = (app.demo("manager"), app.demo("admin"));
        let project = me.project();
        let tasks: Vec<Value> = (0..6).map(|n| me.task(&project, &format!("{n}"))).collect();
        let ids: Vec<&Value> = tasks.iter().map(|t| &t["id"]).collect();
        let before: Vec<Value> = tasks.iter().map(|t| state(&me, t)).collect();
        me.patch(&path(&tasks[5]), json!({"priority": "urgent"})).ok(200);
        let change = json!({"status": "done", "priority": "urgent", "owner_id": me.id, "archived": true});
        let done = commit(me.post("/tasks/bulk", json!({"task_ids": ids, "change": change})));
        other.patch(&path(&tasks[1]), json!({"priority": "low"})).ok(200);
        other.patch(&path(&tasks[2]), json!({"title": "theirs"})).ok(200);
        other.delete(&path(&tasks[3]));
        let items = undo(&me, &done).ok(200)["items"].clone();
        let said: Vec<_> = items.as_array().unwrap().iter().map(|i| (i["outcome"].as_str().unwrap(), i["code"].as_str())).collect();
        let whole = ("undone", None);
        assert_eq!(said, [whole, ("undone", Some("changed-since")), whole, ("skipped", Some("changed-since")), whole, whole]);
        assert_eq!(items.as_array().unwrap().iter().map(|i| &i["task_id"]).collect::<Vec<_>>(), ids);
        for n in [0, 4] {
            assert_eq!(state(&me, &tasks[n]), before[n]);
        }
        let now = |n: usize| me.get(&path(&tasks[n])).ok(200);
        assert_eq!((&now(1)["priority"], &now(1)["status"], &now(1)["archived_at"]), (&json!("low"), &json!("new"), &Value::Null));
        assert_eq!((&now(2)["title"], &now(2)["priority"]), (&json!("theirs"), &json!("medium")));
        assert_eq!((&now(5)["priority"], &now(5)["status"]), (&json!("urgent"), &json!("new")), "it was urgent before");
        assert_eq!(items[2]["task"]["title"], "theirs");
        let deleted = commit(me.post("/tasks/bulk", json!({"task_ids": [ids[0], ids[4]], "change": {"deleted": true}})));
        assert_eq!(undo(&me, &deleted).ok(200)["items"].as_array().unwrap().len(), 2);
        assert_eq!((state(&me, &tasks[0]), state(&me, &tasks[4])), (before[0].clone(), before[4].clone()));
    }

    fn random_reassignment_goes_back(app) {
        let manager = app.demo("manager");
        let project = manager.project();
        let tasks: Vec<Value> = (0..5).map(|n| manager.task(&project, &format!("{n}"))).collect();
        let done = commit(manager.post(&format!("/projects/{}/reassign", project["id"]), json!({})));
        let items = undo(&manager, &done).ok(200)["items"].clone();
        assert!(items.as_array().unwrap().len() == 5 && items.as_array().unwrap().iter().all(|i| i["outcome"] == "undone"), "{items}");
        assert!(tasks.iter().all(|t| state(&manager, t)["assignees"] == json!([])));
    }

    fn places_on_the_board_go_back(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b, c) = (me.task(&project, "a"), me.task(&project, "b"), me.task(&project, "c"));
        let order = || me.all(&format!("/tasks?project={}&sort=rank", project["id"])).iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect::<String>();
        let moved = commit(me.post(&format!("{}/rank", path(&b)), json!({"after_id": c["id"]})));
        assert_eq!(order(), "acb");
        assert_eq!(outcome(undo(&me, &moved)), undone());
        assert_eq!(order(), "abc");
        // Somebody has taken the place.
        let moved = commit(me.post(&format!("{}/rank", path(&b)), json!({"before_id": a["id"]})));
        let d = me.task(&project, "d");
        me.post(&format!("{}/rank", path(&d)), json!({"after_id": a["id"]})).ok(200);
        assert_eq!((order().as_str(), outcome(undo(&me, &moved))), ("badc", undone()));
        assert!(["abdc", "adbc"].contains(&order().as_str()), "{}", order());
        let e = me.task(&project, "e");
        for t in [&a, &b, &d] {
            me.post(&format!("{}/rank", path(&e)), json!({"after_id": t["id"]})).ok(200);
            me.post(&format!("{}/rank", path(&e)), json!({"before_id": t["id"]})).ok(200);
        }
        // The move to another project stays, what came with it does not.
        let to = me.project();
        let both = commit(me.patch(&path(&a), json!({"project_id": to["id"], "priority": "high"})));
        assert_eq!(outcome(undo(&me, &both)), undone());
        let now = me.get(&path(&a)).ok(200);
        assert_eq!((&now["project"]["id"], &now["priority"]), (&to["id"], &json!("medium")));
        let moved = commit(me.patch(&path(&c), json!({"project_id": to["id"]})));
        assert_eq!(outcome(undo(&me, &moved)), skipped("nothing"));
        let made = commit(me.post("/tasks", json!({"title": "f", "project_id": to["id"], "comment": "x"})));
        assert_eq!(outcome(undo(&me, &made)), skipped("nothing"), "what was made stays");
    }

    fn rights_are_those_of_now_or_of_the_moment_before(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = manager.task(&manager.project(), "t");
        manager.patch(&path(&task), json!({"owner_id": worker.id})).ok(200);
        let before = state(&manager, &task);
        // Off the task by one's own hand.
        let gone = commit(worker.patch(&path(&task), json!({"owner_id": manager.id, "priority": "high"})));
        worker.patch(&path(&task), json!({"title": "x"})).problem(403, "forbidden");
        assert_eq!(outcome(undo(&worker, &gone)), undone());
        assert_eq!(state(&manager, &task), before);
        let left = commit(worker.delete(&format!("{}/assignees/{}", path(&task), worker.id)));
        assert_eq!(outcome(undo(&worker, &left)), undone());
        assert_eq!(state(&manager, &task), before);
        // Off the task by somebody else's.
        let titled = commit(worker.patch(&path(&task), json!({"title": "x"})));
        manager.patch(&path(&task), json!({"owner_id": null})).ok(200);
        assert_eq!(outcome(undo(&worker, &titled)), skipped("forbidden"));
        assert_eq!(manager.get(&path(&task)).ok(200)["title"], "x");
    }

    fn only_ones_own_and_only_soon(app) {
        let things = things(app);
        let (me, other, stranger) = (&things.manager, &things.worker, app.stranger());
        let task = me.task(&things.project, "t");
        let done = commit(me.patch(&path(&task), json!({"title": "x"})));
        undo(other, &done).problem(404, "not-found");
        undo(&app.demo("admin"), &done).problem(404, "not-found");
        undo(&stranger, &done).problem(404, "not-found");
        app.anonymous().post("/undo", json!({"commit_id": done})).problem(401, "unauthenticated");
        undo(me, "0193a1b2-c3d4-7e5f-8a9b-000000000000").problem(404, "not-found");
        me.post("/undo", json!({"commit_id": "yesterday"})).problem(422, "invalid");
        me.post("/undo", json!({})).problem(422, "invalid");
        app.age(&done);
        undo(me, &done).problem(409, "undo-too-late");
        assert_eq!(me.get(&path(&task)).ok(200)["title"], "x");
        // What is gone can't be put back.
        let tagged = me.patch(&path(&task), json!({"tag_ids": [things.tags[0]]}));
        tagged.ok(200);
        let untagged = commit(me.patch(&path(&task), json!({"tag_ids": []})));
        me.delete(&format!("/tags/{}", things.tags[0]));
        assert_eq!(outcome(undo(me, &untagged)), skipped("changed-since"));
        // A commit without tasks is none to undo.
        let project = commit(me.patch(&format!("/projects/{}", things.project["id"]), json!({"description": "x"})));
        undo(me, &project).problem(404, "not-found");
    }

    fn the_erp_is_not_undone(app) {
        let me = app.stranger();
        let (source, _) = app.integrate(&me, &me.project());
        let born = json!({"source": source, "event_type": "created", "external_id": "7", "data": {"name": "from the ERP"}});
        app.receive(born.to_string().as_bytes());
        let named = json!({"source": source, "event_type": "updated", "external_id": "7", "data": {"name": "again"}});
        app.receive(named.to_string().as_bytes());
        let task = me.all("/tasks").remove(0);
        assert_eq!(task["title"], "again");
        let told = me.all(&format!("{}/history", path(&task))).remove(0);
        assert_eq!(told["cause"]["kind"], "consumer");
        undo(&me, told["commit_id"].as_str().unwrap()).problem(404, "not-found");
    }

    fn history_tells_it(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let done = commit(me.patch(&path(&task), json!({"title": "x", "comment": "why"})));
        assert_eq!(outcome(undo(&me, &done)), undone());
        let history = me.all(&format!("{}/history", path(&task)));
        assert_eq!(history[0]["type"], "TaskUpdated");
        assert_eq!(history[0]["changes"]["title"], json!({"from": "x", "to": "t"}));
        assert_eq!((&history[0]["cause"]["kind"], &history[0]["cause"]["id"]), (&json!("undo"), &json!(done)));
        assert_eq!((&history[1]["commit_id"], &history[2]["commit_id"], &history[1]["type"]), (&json!(done), &json!(done), &json!("CommentAdded")));
        assert_eq!(me.get(&path(&task)).ok(200)["comment_count"], 1, "what was said stays said");
    }

    fn the_header_names_the_commit(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let send = |key: &str, title: &str| me.call("PATCH", &path(&task), Some(&json!({"title": title})), &[("idempotency-key", key)]);
        let first = commit(send("a", "x"));
        let again = send("a", "x");
        assert_eq!(again.header("idempotency-replayed").as_deref(), Some("true"));
        assert_eq!(commit(again), first, "a repeated request names the commit of the first");
        assert_eq!(send("b", "x").header("tasktrack-commit"), None, "nothing changed");
        assert_eq!(me.patch(&path(&task), json!({"title": ""})).header("tasktrack-commit"), None);
        assert_eq!(me.get(&path(&task)).header("tasktrack-commit"), None);
        assert_eq!(commit(me.delete(&path(&task))).len(), 36);
        // A part that was taken back alone tells nothing.
        let bulk = me.post("/tasks/bulk", json!({"task_ids": [task["id"]], "change": {"priority": "high"}}));
        assert_eq!((bulk.status, bulk.header("tasktrack-commit")), (200, None));
        let key = |commit: &str| me.call("POST", "/undo", Some(&json!({"commit_id": commit})), &[("idempotency-key", "u")]);
        let other = me.task(&task["project"], "o");
        let done = commit(me.patch(&path(&other), json!({"title": "p"})));
        let once = key(&done).ok(200);
        assert_eq!(key(&done).ok(200), once);
    }
}
