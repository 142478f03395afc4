use crate::kit::both;
use serde_json::json;

both! {
    fn an_idempotency_key_makes_one_effect(app) {
        let me = app.stranger();
        let project = me.project();
        let body = json!({"title": "once", "project_id": project["id"]});
        let key = format!("key-{}", crate::kit::unique());
        let headers = [("idempotency-key", key.as_str())];
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..12).map(|_| { let (me, body) = (me.clone(), body.clone()); scope.spawn(move || me.call("POST", "/tasks", Some(&body), &headers)) }).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let replayed = answers.iter().filter(|a| a.header("idempotency-replayed").is_some()).count();
        let ids: Vec<_> = answers.into_iter().map(|a| a.ok(201)["id"].as_i64().unwrap()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(replayed, 11);
        assert_eq!(me.all(&format!("/tasks?project={}", project["id"])).len(), 1);
        me.call("POST", "/tasks", Some(&json!({"title": "other"})), &headers).problem(422, "idempotency-key-reused");
        let other = app.stranger();
        let theirs = other.project();
        other.call("POST", "/tasks", Some(&json!({"title": "mine", "project_id": theirs["id"]})), &headers).ok(201);
    }

    fn a_refused_request_is_not_remembered(app) {
        let me = app.stranger();
        let project = me.project();
        let key = format!("key-{}", crate::kit::unique());
        let headers = [("idempotency-key", key.as_str())];
        let task = me.task(&project, "t");
        let path = format!("/tasks/{}/status", task["id"]);
        me.post(&path, json!({"status": "done"})).ok(200);
        me.call("POST", &path, Some(&json!({"status": "new"})), &headers).problem(409, "transition-refused");
        me.post(&path, json!({"status": "in_progress"})).ok(200);
        me.call("POST", &path, Some(&json!({"status": "new"})), &headers).ok(200);
    }

    fn deletes_are_repeatable_too(app) {
        let me = app.stranger();
        let task = me.task(&me.project(), "t");
        let path = format!("/tasks/{}", task["id"]);
        for _ in 0..2 {
            assert_eq!(me.call("DELETE", &path, None, &[("idempotency-key", "delete-once")]).status, 204);
        }
    }

    fn both_prefixes_and_a_slash_at_the_end(app) {
        let me = app.stranger();
        for path in ["/api/v1/users/me", "/api/users/me", "/api/v1/users/me/", "/api/tasks/", "/api/v1/tasks/?limit=1"] {
            assert_eq!(me.get(path).status, 200, "{path}");
        }
    }

    fn every_answer_has_its_request_id(app) {
        let me = app.stranger();
        assert_eq!(me.call("GET", "/users/me", None, &[("x-request-id", "abc-123")]).header("x-request-id").as_deref(), Some("abc-123"));
        let forged = me.call("GET", "/users/me", None, &[("x-request-id", "a b<script>")]).header("x-request-id").unwrap();
        assert!(!forged.contains('<'));
        let problem = me.call("GET", "/tasks/999999", None, &[("x-request-id", "abc-124")]).problem(404, "not-found");
        assert_eq!(problem["instance"], "abc-124");
    }

    fn errors_of_the_surface_are_problems(app) {
        let me = app.stranger();
        me.get("/nowhere").problem(404, "not-found");
        me.put("/tasks", json!({})).problem(405, "method-not-allowed");
        me.raw("POST", "/tasks", Some(b"{oops"), "application/json", &[]).problem(400, "invalid-json");
        me.raw("POST", "/tasks", Some(b"title=x"), "application/x-www-form-urlencoded", &[]).problem(415, "unsupported-media-type");
        let big = format!("{{\"title\":\"{}\"}}", "x".repeat(2_000_000));
        me.raw("POST", "/tasks", Some(big.as_bytes()), "application/json", &[]).problem(413, "too-large");
        let wrong = me.post("/tasks", json!({"title": 5})).problem(422, "invalid");
        assert_eq!(wrong["errors"][0]["pointer"], "/title");
        me.get("/tasks/abc").problem(404, "not-found");
        app.anonymous().get("/tasks").problem(401, "unauthenticated");
        let page = app.anonymous().get("/api/v1/tasks/1");
        assert!(page.header("www-authenticate").is_some());
    }

    fn foreign_origins_get_no_cors(app) {
        let me = app.stranger();
        for origin in ["null", "https://evil.example", "http://127.0.0.1.evil.example", "https://127.0.0.1"] {
            let answer = me.call("GET", "/users/me", None, &[("origin", origin)]);
            assert!(answer.header("access-control-allow-origin").is_none(), "{origin}");
        }
    }

    fn security_headers_are_there(app) {
        let answer = app.anonymous().get("/health/ready");
        assert_eq!(answer.status, 200);
        for header in ["content-security-policy", "x-content-type-options", "referrer-policy"] {
            assert!(answer.header(header).is_some(), "{header}");
        }
        assert!(answer.header("server").is_none());
    }
}
