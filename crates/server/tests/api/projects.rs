use crate::kit::{both, unique};
use serde_json::json;

both! {
    fn a_project_has_a_key_for_ever(app) {
        let me = app.stranger();
        let project = me.project();
        let key = project["key"].as_str().unwrap();
        me.post("/projects", json!({"key": key, "name": "x"})).problem(409, "key-taken");
        for bad in ["a", "abc", "1AB", "TOOLONGTOOLONG", "А1"] {
            let problem = me.post("/projects", json!({"key": bad, "name": "x"})).problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/key");
        }
        let path = format!("/projects/{}", project["id"]);
        me.patch(&path, json!({"key": "NEW"})).problem(422, "unknown-field");
        assert_eq!(me.patch(&path, json!({"name": "Новое имя"})).ok(200)["version"], 2);
        me.task(&project, "t");
        assert_eq!(me.get(&path).ok(200)["open_tasks"], 1);
        me.patch(&path, json!({"archived": true})).ok(200);
        assert!(!me.all("/projects").iter().any(|p| p["id"] == project["id"]));
        me.post("/tasks", json!({"title": "t", "project_id": project["id"]})).problem(422, "invalid");
    }

    fn members_come_and_go(app) {
        let (manager, worker) = (app.demo("manager"), app.demo("worker"));
        let project = manager.project();
        let path = format!("/projects/{}/members", project["id"]);
        let one = format!("{path}/{}", worker.id);
        manager.put(&one, json!({"role": "tester", "job_title": "QA"})).ok(200);
        manager.put(&one, json!({"role": "project_manager"})).ok(200);
        let members = manager.get(&path).ok(200);
        assert_eq!(members["items"][0]["role"], "project_manager");
        let task = manager.task(&project, "t");
        worker.patch(&format!("/tasks/{}", task["id"]), json!({"title": "as project manager"})).ok(200);
        assert_eq!(manager.delete(&one).status, 204);
        worker.patch(&format!("/tasks/{}", task["id"]), json!({"title": "no more"})).problem(403, "forbidden");
        manager.put(&one, json!({"role": "king"})).problem(422, "invalid");
        manager.put(&format!("{path}/{}", app.stranger().id), json!({"role": "tester"})).problem(422, "invalid");
        worker.put(&format!("{path}/{}", manager.id), json!({"role": "tester"})).problem(403, "forbidden");
    }

    fn workers_make_no_projects(app) {
        app.demo("worker").post("/projects", json!({"key": format!("W{}", unique()), "name": "x"})).problem(403, "forbidden");
    }
}
