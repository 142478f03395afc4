use crate::kit::{both, unique};
use serde_json::json;

both! {
    fn a_view_is_kept_changed_and_deleted(app) {
        let me = app.stranger();
        let new = json!({"name": " Срочное ", "filter": {"priority": ["urgent", "high"], "assignee": "me", "due_to": "2026-11-30"}, "sort": "-due_date",
            "layout": "board", "display": {"group": "status", "columns": {"title": 320}}});
        let answer = me.post("/views", new);
        let location = answer.header("location").unwrap();
        let view = answer.ok(201);
        assert_eq!(location, format!("/api/v1/views/{}", view["id"]));
        assert_eq!((view["name"].as_str(), view["shared"].as_bool(), view["layout"].as_str()), (Some("Срочное"), Some(false), Some("board")));
        assert_eq!(view["filter"], json!({"priority": ["urgent", "high"], "assignee": "me", "due_to": "2026-11-30"}));
        assert_eq!((view["owner"]["id"].as_i64(), view["account"]["id"].as_i64()), (Some(me.id), Some(me.account)));
        assert_eq!(view["allowed_actions"], json!(["edit", "delete", "share_views"]));
        assert_eq!(me.get(&location).ok(200), view);

        let path = format!("/views/{}", view["id"]);
        let changed = me.patch(&path, json!({"filter": {}, "layout": "table", "sort": ""})).ok(200);
        assert_eq!((changed["version"].as_i64(), &changed["filter"], &changed["display"]), (Some(2), &json!({}), &view["display"]));
        assert_eq!(me.patch(&path, json!({"layout": "table"})).ok(200)["version"], 2, "nothing changed");
        let stale = me.call("PATCH", &path, Some(&json!({"name": "x"})), &[("if-match", "\"1\"")]).problem(412, "version-mismatch");
        assert_eq!(stale["current"], changed);
        assert_eq!(me.delete(&path).status, 204);
        me.get(&path).problem(404, "not-found");
    }

    fn filters_are_those_of_the_list(app) {
        let me = app.stranger();
        for (body, pointer, code) in [
            (json!({"filter": {"status": ["new", "gone"]}}), "/filter/status", "value"),
            (json!({"filter": {"colour": "red"}}), "/filter/colour", "value"),
            (json!({"filter": {"limit": "5"}}), "/filter/limit", "value"),
            (json!({"filter": {"due": ["none", "none"]}}), "/filter/due", "value"),
            (json!({"filter": {"tag": 5}}), "/filter/tag", "type"),
            (json!({"filter": {"q": "a\u{0}"}}), "/filter/q", "value"),
            (json!({"filter": {"open": "true", "status": "done"}}), "/filter/open", "value"),
            (json!({"filter": []}), "/filter", "type"),
            (json!({"sort": "password"}), "/sort", "value"),
            (json!({"layout": "pie"}), "/layout", "value"),
            (json!({"display": {"x": "x".repeat(9000)}}), "/display", "too-long"),
            (json!({"display": {"x": "\u{0}"}}), "/display", "nul"),
            (json!({"name": "  "}), "/name", "required"),
            (json!({"owner": 1}), "/owner", "unknown-field"),
        ] {
            let mut whole = body.clone();
            if whole.get("name").is_none() { whole["name"] = json!("v"); }
            let problem = me.post("/views", whole).ok(422);
            assert_eq!((problem["errors"][0]["pointer"].as_str(), problem["errors"][0]["code"].as_str()), (Some(pointer), Some(code)), "{body}: {problem}");
        }
        assert_eq!(me.all("/views").len(), 0);
    }

    fn shared_views_are_for_the_account_and_private_ones_for_nobody_else(app) {
        let (worker, manager, finance, admin, client) = (app.demo("worker"), app.demo("manager"), app.demo("finance"), app.demo("admin"), app.demo("client"));
        let name = format!("view {}", unique());
        let view = worker.post("/views", json!({"name": name, "account_id": worker.account})).ok(201);
        let path = format!("/views/{}", view["id"]);
        for other in [&manager, &finance, &admin, &client, &app.stranger()] {
            other.get(&path).problem(404, "not-found");
            other.patch(&path, json!({"name": "x"})).problem(404, "not-found");
            other.delete(&path).problem(404, "not-found");
            assert!(other.all("/views?limit=200").iter().all(|v| v["id"] != view["id"]));
        }
        worker.patch(&path, json!({"shared": true})).ok(200);
        for other in [&manager, &finance, &admin] {
            assert_eq!(other.get(&path).ok(200)["name"], json!(name));
            assert!(other.all("/views?limit=200").iter().any(|v| v["id"] == view["id"]));
        }
        client.get(&path).problem(404, "not-found");
        app.stranger().get(&path).problem(404, "not-found");
        finance.patch(&path, json!({"name": "x"})).problem(403, "forbidden");
        assert_eq!(finance.get(&path).ok(200)["allowed_actions"], json!([]));
        assert_eq!(manager.get(&path).ok(200)["allowed_actions"], json!(["edit", "delete"]));
        let renamed = manager.patch(&path, json!({"name": format!("{name} 2")})).ok(200);
        assert_eq!(renamed["owner"]["id"], worker.id);
        manager.patch(&path, json!({"shared": false})).problem(403, "forbidden");
        worker.patch(&path, json!({"shared": false})).ok(200);
        manager.get(&path).problem(404, "not-found");
        // A client keeps views of their own, and shares none.
        let own = json!({"name": name, "account_id": worker.account});
        assert_eq!(client.post("/views", own).ok(201)["allowed_actions"], json!(["edit", "delete"]));
        client.post("/views", json!({"name": name, "account_id": worker.account, "shared": true})).problem(404, "not-found");
        app.stranger().post("/views", json!({"name": name, "account_id": worker.account})).problem(422, "invalid");
    }

    fn views_come_by_name_and_layout_in_pages(app) {
        let me = app.stranger();
        for (name, layout) in [("c", "board"), ("a", "table"), ("b", "board"), ("d", "timeline")] {
            me.post("/views", json!({"name": name, "layout": layout})).ok(201);
        }
        let names = |path: &str| me.all(path).iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect::<String>();
        assert_eq!(names("/views?limit=2"), "abcd");
        assert_eq!(names("/views?layout=board"), "bc");
        assert_eq!(names(&format!("/views?account={}", me.account + 1)), "");
        me.get("/views?layout=pie").problem(400, "invalid-query");
    }

    fn preferences_are_merged(app) {
        let me = app.stranger();
        assert_eq!(me.get("/users/me/preferences").ok(200), json!({"version": 0, "values": {}}));
        let path = "/users/me/preferences";
        me.patch(path, json!({"theme": "dark", "columns": {"list": ["key", "title"], "old": 1}})).ok(200);
        let merged = me.patch(path, json!({"columns": {"old": null, "board": {"wide": true}}, "density": "compact"})).ok(200);
        let values = json!({"theme": "dark", "density": "compact", "columns": {"list": ["key", "title"], "board": {"wide": true}}});
        assert_eq!(merged, json!({"version": 2, "values": values}));
        assert_eq!(me.patch(path, json!({"theme": "dark", "gone": null})).ok(200)["version"], 2);
        me.call("PATCH", path, Some(&json!({"theme": "light"})), &[("if-match", "\"1\"")]).problem(412, "version-mismatch");
        assert_eq!(me.patch(path, json!({"x": "ж".repeat(9000)})).problem(422, "invalid")["errors"][0]["code"], "too-long");
        assert_eq!(me.patch(path, json!({"x": "\u{0}"})).problem(422, "invalid")["errors"][0]["code"], "nul");
        me.patch(path, json!([1])).problem(422, "invalid");
        assert_eq!(me.get(path).ok(200)["values"], values);
        assert_eq!(app.stranger().get(path).ok(200)["version"], 0, "everybody has their own");
        // Two tabs that choose at once lose nothing.
        std::thread::scope(|scope| {
            for n in 0..6 { let me = me.clone(); scope.spawn(move || me.patch(path, json!({format!("k{n}"): n})).ok(200)); }
        });
        let found = me.get(path).ok(200);
        assert!((0..6).all(|n| found["values"][format!("k{n}")] == json!(n)), "{found}");
    }

    fn all_groups_come_in_one_call_with_names(app) {
        let me = app.stranger();
        let (one, two) = (me.project(), me.project());
        let task = me.task(&one, "a");
        me.task(&one, "b");
        me.post("/tasks", json!({"title": "c", "project_id": two["id"], "priority": "urgent", "due_date": "2020-01-01"})).ok(201);
        me.post(&format!("/tasks/{}/assign", task["id"]), json!({"user_id": me.id, "role": "owner"})).ok(200);
        let counts = me.get("/tasks/counts?group=status,priority,assignee,project,due").ok(200);
        let found = counts["items"].as_array().unwrap().clone();
        let of = |group: &str| found.iter().filter(|c| c["group"] == group).map(|c| (c["value"].clone(), c["label"].clone(), c["count"].as_i64().unwrap())).collect::<Vec<_>>();
        assert_eq!(of("status"), [(json!("new"), json!("new"), 3)]);
        assert_eq!(of("priority"), [(json!("medium"), json!("medium"), 2), (json!("urgent"), json!("urgent"), 1)]);
        assert_eq!(of("assignee"), [(json!(me.id.to_string()), json!("Stranger"), 1), (json!("none"), json!("none"), 2)]);
        assert_eq!(of("project"), [(json!(one["id"].to_string()), one["name"].clone(), 2), (json!(two["id"].to_string()), two["name"].clone(), 1)]);
        assert_eq!(of("due"), [(json!("overdue"), json!("overdue"), 1), (json!("none"), json!("none"), 2)]);
        let order: Vec<_> = me.get("/tasks/counts?group=due&group=status,due").ok(200)["items"].as_array().unwrap().iter().map(|c| c["group"].clone()).collect();
        assert_eq!(order, ["due", "due", "status"]);
        me.get("/tasks/counts").problem(400, "invalid-query");
        me.get("/tasks/counts?group=colour").problem(400, "invalid-query");
        assert_eq!(me.get("/tasks/counts?group=status,project&q=nothing").ok(200)["items"], json!([]));
    }

    fn plans_ids_and_keys_narrow_lists(app) {
        let me = app.stranger();
        let project = me.project();
        let mut made = Vec::new();
        for (title, body) in [
            ("a", json!({"planned_start": "2026-03-01", "planned_end": "2026-03-10"})),
            ("b", json!({"planned_start": "2026-03-20"})),
            ("c", json!({"planned_end": "2026-03-15", "due_date": "2026-06-01"})),
            ("d", json!({"due_date": "2026-03-12"})),
            ("e", json!({})),
        ] {
            let mut new = body;
            new["title"] = json!(title);
            new["project_id"] = project["id"].clone();
            made.push(me.post("/tasks", new).ok(201));
        }
        let of = |query: &str| me.all(&format!("/tasks?sort=title&{query}")).iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect::<String>();
        for (query, expected) in [
            ("planned_from=2026-03-05&planned_to=2026-03-05", "a"), ("planned_from=2026-03-10&planned_to=2026-03-12", "ad"),
            ("planned_from=2026-03-11", "bcd"), ("planned_to=2026-03-12", "ad"), ("planned_from=2026-05-01", ""), ("planned_to=2026-02-28", ""),
            ("planned_from=2026-03-15&planned_to=2026-03-15&status=new", "c"), ("planned_from=2026-01-01&planned_to=2026-12-31", "abcd"),
        ] {
            assert_eq!(of(query), expected, "{query}");
            assert_eq!(of(&format!("{query}&project={}", project["id"])), expected, "{query}");
        }
        let (key, id) = (|n: usize| made[n]["key"].as_str().unwrap().to_owned(), |n: usize| made[n]["id"].to_string());
        assert_eq!(of(&format!("key={},{}", key(1), key(3).to_lowercase())), "bd");
        assert_eq!(of(&format!("id={},{}&id={}", id(0), id(4), id(2))), "ace");
        assert_eq!(of(&format!("id={}&key={}", id(0), key(1))), "");
        let stranger = app.stranger();
        assert!(stranger.all(&format!("/tasks?id={}", id(0))).is_empty() && stranger.all(&format!("/tasks?key={}", key(0))).is_empty());
        me.get("/tasks?planned_from=soon").problem(400, "invalid-query");
    }
}
