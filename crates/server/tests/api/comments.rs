use crate::kit::both;
use serde_json::json;

both! {
    fn comments_are_written_edited_and_deleted(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let task = manager.task(&manager.project(), "t");
        let path = format!("/tasks/{}/comments", task["id"]);
        let body = format!("Смотри, [@Мария](/users/{}), [@чужой](/users/999999)", manager.id);
        let comment = worker.post(&path, json!({"body": body})).ok(201);
        assert_eq!(comment["mentions"].as_array().unwrap().len(), 1);
        assert_eq!(comment["mentions"][0]["id"], manager.id);
        assert_eq!(comment["allowed_actions"], json!(["edit", "delete"]));
        let one = format!("{path}/{}", comment["id"]);
        manager.patch(&one, json!({"body": "x"})).problem(403, "forbidden");
        let edited = worker.patch(&one, json!({"body": "иначе"})).ok(200);
        assert!(edited["edited_at"].is_string() && edited["version"] == 2);
        assert_eq!(manager.get(&format!("/tasks/{}", task["id"])).ok(200)["comment_count"], 1);
        assert_eq!(manager.delete(&one).status, 204, "the creator of the task may");
        worker.delete(&one).problem(404, "not-found");
        assert_eq!(manager.all(&path).len(), 0);
        worker.post(&path, json!({"body": "  "})).problem(422, "invalid");
    }

    fn pages_go_from_old_to_new(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}/comments", task["id"]);
        for n in 0..7 { me.post(&path, json!({"body": format!("{n}")})).ok(201); }
        let all: String = me.all(&format!("{path}?limit=3")).iter().map(|c| c["body"].as_str().unwrap().to_owned()).collect();
        assert_eq!(all, "0123456");
    }

    fn a_comment_belongs_to_its_task(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b) = (me.task(&project, "a"), me.task(&project, "b"));
        let comment = me.post(&format!("/tasks/{}/comments", a["id"]), json!({"body": "x"})).ok(201);
        me.delete(&format!("/tasks/{}/comments/{}", b["id"], comment["id"])).problem(404, "not-found");
    }

    fn clients_see_what_is_shared(app) {
        let (manager, client) = (app.demo("manager"), app.demo("client"));
        let projects = manager.all("/projects");
        let erp = projects.iter().find(|p| p["key"] == "ERP").unwrap();
        let hidden = manager.task(erp, "hidden");
        let shared = manager.post("/tasks", json!({"title": "shared", "project_id": erp["id"], "client_visible": true})).ok(201);
        client.get(&format!("/tasks/{}", hidden["id"])).problem(404, "not-found");
        let path = format!("/tasks/{}", shared["id"]);
        assert_eq!(client.get(&path).ok(200)["title"], "shared");
        manager.post(&format!("{path}/comments"), json!({"body": "between us", "internal": true})).ok(201);
        manager.post(&format!("{path}/comments"), json!({"body": "for all"})).ok(201);
        let seen = client.all(&format!("{path}/comments"));
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["body"], "for all");
        client.post(&format!("{path}/comments"), json!({"body": "x", "internal": true})).problem(403, "forbidden");
        client.post(&format!("{path}/comments"), json!({"body": "спасибо"})).ok(201);
        client.patch(&path, json!({"title": "x"})).problem(403, "forbidden");
        let told = client.all(&format!("{path}/history"));
        assert!(!told.iter().any(|e| e["comment"]["body"] == "between us"), "{told:?}");
        assert!(client.get("/search?q=between").ok(200)["items"].as_array().unwrap().is_empty());
        let listed = client.all(&format!("/tasks?project={}", erp["id"]));
        assert!(listed.iter().all(|t| t["client_visible"] == true || t["created_by"]["id"] == client.id));
        let own = client.post("/tasks", json!({"title": "от клиента", "project_id": erp["id"]})).ok(201);
        assert_eq!(own["client_visible"], true);
    }
}
