use crate::kit::{Caller, both};
use serde_json::{Value, json};

fn titles(who: &Caller, path: &str) -> Vec<String> {
    who.all(path).iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect()
}

fn some(who: &Caller) -> Value {
    let project = who.project();
    for (title, body) in [
        ("a", json!({"priority": "low", "due_date": "2020-01-01"})),
        ("b", json!({"priority": "urgent", "due_date": "2030-01-01"})),
        ("c", json!({"priority": "high", "status": "done", "due_date": "2020-01-02"})),
        ("d", json!({"status": "in_progress"})),
        ("e", json!({"priority": "high", "status": "waiting"})),
    ] {
        let mut new = body;
        new["title"] = json!(title);
        new["project_id"] = project["id"].clone();
        who.post("/tasks", new).ok(201);
    }
    project
}

both! {
    fn every_filter_narrows(app) {
        let me = app.stranger();
        let project = some(&me);
        let base = format!("/tasks?project={}&sort=title", project["id"]);
        let of = |query: &str| titles(&me, &format!("{base}&{query}")).concat();
        for (query, expected) in [
            ("", "abcde"), ("status=done", "c"), ("status=new,waiting", "abe"), ("open=true", "abde"), ("priority=high,urgent", "bce"),
            ("overdue=true", "a"), ("due=none", "de"), ("due_from=2020-01-02", "bc"), ("due_to=2020-01-01", "a"), ("assignee=none", "abcde"), ("assignee=me", ""),
            ("created_by=me", "abcde"), ("q=B", "b"), ("parent=none", "abcde"), ("archived=true", ""), ("deleted=true", ""), ("mine=true", "abcde"),
            ("created_from=2001-01-01", "abcde"), ("created_to=2001-01-01", ""), ("updated_from=2999-01-01", ""),
        ] {
            assert_eq!(of(query), expected, "{query}");
        }
        let tag = me.post("/tags", json!({"name": "x", "color": "#3B7A57"})).ok(201);
        let first = me.all(&base)[0].clone();
        me.patch(&format!("/tasks/{}", first["id"]), json!({"tag_ids": [tag["id"]], "supervisor_id": me.id, "owner_id": me.id})).ok(200);
        for query in [format!("tag={}", tag["id"]), "assignee=me".into(), format!("supervisor={}", me.id), format!("key={}", first["key"].as_str().unwrap()), format!("account={}&q=a", me.account)] {
            assert_eq!(of(&query), "a", "{query}");
        }
    }

    fn pages_hold_every_row_once_in_every_order(app) {
        let me = app.stranger();
        let project = some(&me);
        for sort in ["due_date", "-due_date", "created_at", "-updated_at", "priority", "-priority", "status", "-status", "title", "-title", "key", "rank", "-id", "priority,-title"] {
            let path = format!("/tasks?project={}&sort={sort}", project["id"]);
            let whole = titles(&me, &path);
            let paged = titles(&me, &format!("{path}&limit=2"));
            assert_eq!(whole.len(), 5, "{sort}");
            assert_eq!(whole, paged, "{sort}");
        }
        let by = |sort: &str| titles(&me, &format!("/tasks?project={}&sort={sort}", project["id"])).concat();
        assert_eq!((by("due_date").get(..3), by("-due_date").get(..3)), (Some("acb"), Some("bca")), "empty ones last, both ways");
        assert!(by("-priority").starts_with('b'));
    }

    fn a_count_comes_only_when_asked(app) {
        let me = app.stranger();
        let project = some(&me);
        let path = format!("/tasks?project={}&limit=2", project["id"]);
        assert!(me.get(&path).ok(200).get("count").is_none());
        assert_eq!(me.get(&format!("{path}&include=count")).ok(200)["count"], 5);
        let counts = me.get(&format!("/tasks/counts?group=status&project={}", project["id"])).ok(200);
        let of = |value: &str| counts["items"].as_array().unwrap().iter().find(|i| i["value"] == value).map_or(0, |i| i["count"].as_i64().unwrap());
        assert_eq!((of("new"), of("done"), of("waiting")), (2, 1, 1), "{counts}");
        for group in ["priority", "assignee", "project", "due"] {
            let sum: i64 = me.get(&format!("/tasks/counts?group={group}&project={}", project["id"])).ok(200)["items"].as_array().unwrap().iter().map(|i| i["count"].as_i64().unwrap()).sum();
            // A task that was due in the past and is done is in no due group: it is neither late nor to come.
            assert_eq!(sum, if group == "due" { 4 } else { 5 }, "{group}");
        }
    }

    fn nonsense_is_named(app) {
        let me = app.stranger();
        let project = some(&me);
        for query in ["status=exploded", "sort=password", "limit=0", "limit=201", "limit=x", "cursor=%25", "cursor=bm9uc2Vuc2U", "assignee=bob", "due_from=soon", "archived=perhaps", "colour=red", "project=x", "tag=1;2"] {
            let problem = me.get(&format!("/tasks?{query}")).problem(400, "invalid-query");
            assert!(problem["detail"].as_str().unwrap().len() > 5, "{problem}");
        }
        let page = me.get(&format!("/tasks?project={}&limit=2", project["id"])).ok(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        me.get(&format!("/tasks?project={}&limit=2&status=new&cursor={cursor}", project["id"])).problem(400, "cursor-mismatch");
        me.get(&format!("/tasks?project={}&limit=2&sort=title&cursor={cursor}", project["id"])).problem(400, "cursor-mismatch");
    }

    fn search_finds_word_forms_and_marks_them(app) {
        let me = app.stranger();
        let project = me.project();
        let report = me.post("/tasks", json!({"title": "Отчёты по складу <b>", "description": "печать накладных", "project_id": project["id"]})).ok(201);
        let invoices = me.post("/tasks", json!({"title": "Printing invoices", "project_id": project["id"]})).ok(201);
        me.post(&format!("/tasks/{}/comments", invoices["id"]), json!({"body": "уникальноеслово в комментарии"})).ok(201);
        let find = |q: &str| me.get(&format!("/search?q={q}")).ok(200)["items"].as_array().unwrap().clone();
        let hit = find("%D1%81%D0%BA%D0%BB%D0%B0%D0%B4"); // склад
        assert_eq!(hit[0]["task"]["id"], report["id"]);
        let html = hit[0]["title_html"].as_str().unwrap();
        assert!(html.contains("<mark>") && html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert_eq!(find("invoice")[0]["task"]["id"], invoices["id"]);
        let comment = find("%D1%83%D0%BD%D0%B8%D0%BA%D0%B0%D0%BB%D1%8C%D0%BD%D0%BE%D0%B5%D1%81%D0%BB%D0%BE%D0%B2%D0%BE");
        assert_eq!(comment[0]["task"]["id"], invoices["id"]);
        assert!(comment[0]["comment_id"].is_number());
        if app.postgres {
            assert_eq!(find("%D0%BE%D1%82%D1%87%D1%91%D1%82%D0%BE%D0%B2")[0]["task"]["id"], report["id"], "отчётов: a Russian word form");
        }
        for hostile in ["%22", "%27%20OR%201%3D1", "%28", "*", "a%20AND", "%3A%2A", "%00"] {
            assert!(me.get(&format!("/search?q={hostile}")).status < 500, "{hostile}");
        }
        assert!(app.stranger().get("/search?q=invoice").ok(200)["items"].as_array().unwrap().is_empty());
        me.delete(&format!("/tasks/{}", invoices["id"]));
        assert!(find("invoice").is_empty(), "deleted tasks are not found");
    }
}
