//! Every operation of the OpenAPI document as nobody, as a stranger and as each role; a refused request changes nothing. The answers
//! are a committed table (`access.tsv`): a new operation that is not in it fails, and so does a changed right.

use std::collections::BTreeMap;

use crate::kit::{App, Caller, fresh_postgres, fresh_sqlite};
use serde_json::{Value, json};

const PEOPLE: &[&str] = &["anonymous", "stranger", "client", "worker", "finance", "manager", "admin"];

/// Things of the demo's account that every call is aimed at, made anew for each operation.
struct Target {
    path: BTreeMap<&'static str, String>,
}

fn target(app: &'static App, manager: &Caller) -> Target {
    let project = manager.all("/projects").into_iter().find(|p| p["key"] == "ACC").unwrap();
    let task = manager.task(&project, "target of the access test");
    let assigned = manager.post(&format!("/tasks/{}/assign", task["id"]), json!({"user_id": manager.id, "role": "owner"}));
    let commit = assigned.header("tasktrack-commit").unwrap();
    assigned.ok(200);
    let other = manager.task(&project, "another");
    let relation = manager.post(&format!("/tasks/{}/relations", task["id"]), json!({"kind": "relates", "task_id": other["id"]})).ok(201);
    let comment = manager.post(&format!("/tasks/{}/comments", task["id"]), json!({"body": "x"})).ok(201);
    let name = format!("access {}", crate::kit::unique());
    let tag = manager.post("/tags", json!({"name": name, "color": "#3B7A57"})).ok(201);
    let template = manager.post("/task-templates", json!({"name": name, "title": "t", "project_id": project["id"]})).ok(201);
    let view = manager.post("/views", json!({"name": name, "shared": true, "account_id": manager.account})).ok(201);
    let integration = manager.all("/integrations").into_iter().find(|i| i["source"] == "1c").unwrap();
    let bad = json!({"source": "1c", "event_type": "updated", "external_id": "x", "data": {"status": 5, "deadline": 5, "name": {}}});
    app.receive(bad.to_string().replace("updated", "created").as_bytes());
    let letter = manager.all("/dead-letters").into_iter().next().unwrap();
    let text = |v: &Value| v["id"].to_string();
    let path = BTreeMap::from([
        ("task", text(&task)),
        ("commit", commit),
        ("other", text(&other)),
        ("relation", text(&relation)),
        ("comment", text(&comment)),
        ("project", text(&project)),
        ("tag", text(&tag)),
        ("template", text(&template)),
        ("view", text(&view)),
        ("kind", "task".to_owned()),
        ("integration", text(&integration)),
        ("dead-letter", text(&letter)),
        ("conflict", "999999".to_owned()),
        ("account", manager.account.to_string()),
        ("user", manager.id.to_string()),
    ]);
    Target { path }
}

/// Fills the placeholders of a path by the collection that stands before each.
fn fill(path: &str, target: &Target) -> String {
    let mut out = Vec::new();
    let mut last = "";
    for part in path.split('/') {
        if part.starts_with('{') {
            let kind = match last {
                "tasks" => "task",
                "comments" => "comment",
                "relations" => "relation",
                "projects" => "project",
                "members" | "assignees" | "users" | "watchers" => "user",
                "tags" => "tag",
                "task-templates" => "template",
                "integrations" => "integration",
                "dead-letters" => "dead-letter",
                "conflicts" => "conflict",
                "accounts" => "account",
                "problems" => "problem",
                "sessions" => "session",
                "views" => "view",
                // Kind and id.
                "favourites" if part == "{kind}" => "kind",
                "favourites" => "task",
                other => panic!("what is {{}} after {other} in {path}?"),
            };
            out.push(target.path.get(kind).cloned().unwrap_or_else(|| "not-found".to_owned()));
        } else {
            out.push(part.to_owned());
            last = part;
        }
    }
    let path = out.join("/");
    match path.as_str() {
        "/api/v1/search" => path + "?q=access",
        "/api/v1/tasks/counts" => path + "?group=status",
        _ => path,
    }
}

fn body(method: &str, path: &str, target: &Target) -> Option<Value> {
    let number = |kind: &str| target.path.get(kind).and_then(|t| t.parse::<i64>().ok()).unwrap_or_default();
    let name = format!("made {}", crate::kit::unique());
    if method == "GET" || method == "DELETE" {
        return None;
    }
    Some(match path.trim_start_matches("/api/v1") {
        "/tasks" => json!({"title": "made by the access test", "project_id": number("project")}),
        "/tasks/bulk" => json!({"task_ids": [number("task")], "change": {"priority": "high"}}),
        "/tasks/{id}" => json!({"title": name}),
        "/tasks/{id}/status" => json!({"status": "in_progress"}),
        "/tasks/{id}/assign" => json!({"user_id": number("user"), "role": "collaborator"}),
        "/tasks/{id}/comments" => json!({"body": name, "internal": true}),
        "/tasks/{id}/relations" => json!({"kind": "blocks", "task_id": number("other")}),
        p if p.starts_with("/tasks/{id}/comments/") => json!({"body": name}),
        "/tasks/{id}/rank" => json!({"before_id": 1}),
        "/tags" => json!({"name": name, "color": "#3B7A57", "account_id": number("account")}),
        p if p.starts_with("/tags/") => json!({"color": "#000000"}),
        "/task-templates" => json!({"name": name, "title": "t", "account_id": number("account")}),
        "/task-templates/{id}/use" => json!({}),
        p if p.starts_with("/task-templates/") => json!({"title": name}),
        "/projects" => json!({"key": format!("Q{}", crate::kit::unique()), "name": name, "account_id": number("account")}),
        p if p.starts_with("/projects/{id}/members/") => json!({"role": "tester"}),
        "/projects/{id}" => json!({"description": name}),
        p if p.starts_with("/integrations/") => json!({"enabled": true}),
        p if p.ends_with("/discard") => json!({"reason": "access test"}),
        p if p.ends_with("/resolve") => json!({"choice": "ours"}),
        "/undo" => json!({"commit_id": target.path["commit"]}),
        "/users/me" => json!({"phone": name}),
        "/users/me/preferences" => json!({"theme": name}),
        "/views" => json!({"name": name, "shared": true, "account_id": number("account")}),
        "/views/{id}" => json!({"name": name}),
        _ => json!({}),
    })
}

fn everybody(app: &'static App) -> Vec<(&'static str, Caller)> {
    let caller = |who: &'static str| match who {
        "anonymous" => app.anonymous(),
        "stranger" => app.stranger(),
        name => app.demo(name),
    };
    PEOPLE.iter().map(|who| (*who, caller(who))).collect()
}

/// Nothing else runs in this database: what a refused request moves shows.
fn every_operation_as_everybody(app: &'static App) {
    let (mut manager, mut callers) = (app.demo("manager"), everybody(app));
    let mut since = std::time::Instant::now();
    let document = app.anonymous().get("/openapi.json").ok(200);
    let mut table = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, _) in
            operations.as_object().unwrap().iter().filter(|(m, _)| ["get", "post", "put", "patch", "delete"].contains(&m.as_str()))
        {
            // On a busy machine this takes longer than an access token lives.
            if since.elapsed().as_secs() > 240 {
                (manager, callers, since) = (app.demo("manager"), everybody(app), std::time::Instant::now());
            }
            let method = method.to_uppercase();
            let (mut row, mut aim) = (Vec::new(), target(app, &manager));
            for (who, caller) in &callers {
                // Operations that end sessions or make people: their own tests cover them.
                if (path.contains("/auth/") || (path.contains("/sessions") && method == "DELETE")) && *who != "anonymous" {
                    row.push("-".to_owned());
                    continue;
                }
                let before = app.checksum();
                let answer = caller.call(&method, &fill(path, &aim), body(&method, path, &aim).as_ref(), &[]);
                assert!(answer.status < 500, "{method} {path} as {who}: {}", answer.text);
                if answer.status >= 400 {
                    assert_eq!(app.checksum(), before, "{method} {path} as {who} was refused with {} and changed something", answer.status);
                } else if method != "GET" {
                    // What has been used up is made anew.
                    aim = target(app, &manager);
                }
                row.push(answer.status.to_string());
            }
            table.insert(format!("{path} {method}"), row);
        }
    }
    let mut text = format!("operation\t{}\n", PEOPLE.join("\t"));
    for (operation, row) in table {
        text += &format!("{operation}\t{}\n", row.join("\t"));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/access.tsv");
    if std::env::var_os("TASKTRACK_TEST_WRITE").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    for (line, expected) in text.lines().zip(committed.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(text, committed, "look at every difference, then TASKTRACK_TEST_WRITE=1 writes the table");
}

#[test]
fn sqlite() {
    every_operation_as_everybody(Box::leak(Box::new(fresh_sqlite("access"))));
}

#[test]
fn postgres() {
    every_operation_as_everybody(Box::leak(Box::new(fresh_postgres("access"))));
}
