use crate::kit::{Caller, both};
use serde_json::{Value, json};

fn again(me: &Caller) -> (Caller, String) {
    let body = json!({"email": me.email, "password": "a long password"});
    let tokens = me.app.anonymous().call("POST", "/auth/login", Some(&body), &[("user-agent", "Another/1.0")]).ok(200);
    (
        Caller { token: tokens["access_token"].as_str().map(str::to_owned), ..me.clone() },
        tokens["refresh_token"].as_str().unwrap().to_owned(),
    )
}

fn keys(items: &[Value]) -> Vec<(String, i64)> {
    items.iter().map(|f| (f["kind"].as_str().unwrap().to_owned(), f["id"].as_i64().unwrap())).collect()
}

both! {
    fn sessions_are_listed_and_ended_at_once(app) {
        let me = app.stranger();
        let (second, refresh) = again(&me);
        let (third, _) = again(&me);
        let found = second.get("/users/me/sessions").ok(200)["items"].as_array().unwrap().clone();
        assert_eq!(found.len(), 3);
        let current: Vec<&Value> = found.iter().filter(|s| s["current"] == true).collect();
        assert_eq!((current.len(), current[0]["user_agent"].as_str()), (1, Some("Another/1.0")));
        assert!(found.iter().all(|s| s["address"] == "127.0.0.1" && s["last_seen_at"].is_string()), "{found:?}");
        assert!(!found.iter().any(|s| s.to_string().contains("hash")));

        third.get("/users/me").ok(200);
        let of_third = third.get("/users/me/sessions").ok(200)["items"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap()["id"].clone();
        let path = format!("/users/me/sessions/{}", of_third.as_str().unwrap());
        app.stranger().delete(&path).problem(404, "not-found");
        third.get("/users/me").ok(200);
        assert_eq!(me.delete(&path).status, 204);
        third.get("/users/me").problem(401, "unauthenticated");
        me.delete(&path).problem(404, "not-found");
        me.delete("/users/me/sessions/7").problem(404, "not-found");

        let (fourth, _) = again(&me);
        fourth.get("/users/me").ok(200);
        assert_eq!(me.delete("/users/me/sessions").ok(200), json!({"ended": 2}));
        second.get("/users/me").problem(401, "unauthenticated");
        fourth.get("/users/me").problem(401, "unauthenticated");
        app.anonymous().post("/auth/refresh", json!({"refresh_token": refresh})).problem(401, "unauthenticated");
        assert_eq!(me.get("/users/me/sessions").ok(200)["items"].as_array().unwrap().len(), 1);
        assert_eq!(me.delete("/users/me/sessions").ok(200), json!({"ended": 0}));
    }

    fn favourites_stand_in_the_order_of_their_person(app) {
        let me = app.stranger();
        let project = me.project();
        let (a, b) = (me.task(&project, "a"), me.task(&project, "b"));
        let view = me.post("/views", json!({"name": "mine"})).ok(201);
        let put = |kind: &str, thing: &Value, body: Option<&Value>| me.call("PUT", &format!("/favourites/{kind}/{}", thing["id"]), body, &[]);
        let list = || me.get("/favourites").ok(200)["items"].as_array().unwrap().clone();
        assert_eq!(put("task", &a, None).ok(200), json!({"kind": "task", "id": a["id"], "title": "a", "key": a["key"], "status": "new"}));
        put("project", &project, None).ok(200);
        put("view", &view, Some(&json!({}))).ok(200);
        let first = json!({"before": {"kind": "task", "id": a["id"]}});
        put("task", &b, Some(&first)).ok(200);
        let id = |v: &Value| v["id"].as_i64().unwrap();
        let (ia, ib, ip, iv) = (id(&a), id(&b), id(&project), id(&view));
        let at = |kind: &str, id: i64| (kind.to_owned(), id);
        assert_eq!(keys(&list()), [at("task", ib), at("task", ia), at("project", ip), at("view", iv)]);
        assert_eq!(list()[3], json!({"kind": "view", "id": iv, "title": "mine", "key": null, "status": null}));
        assert_eq!(list()[2]["key"], project["key"]);
        assert_eq!(me.get(&format!("/views/{iv}")).ok(200)["favourite"], true);

        put("view", &view, Some(&first)).ok(200);
        put("task", &b, None).ok(200);
        put("task", &b, None).ok(200);
        assert_eq!(keys(&list()), [at("view", iv), at("task", ia), at("project", ip), at("task", ib)]);
        for _ in 0..20 {
            put("task", &a, Some(&json!({"before": {"kind": "view", "id": iv}}))).ok(200);
            put("view", &view, Some(&first)).ok(200);
        }
        assert_eq!(keys(&list())[..2], [at("view", iv), at("task", ia)]);

        let unknown = json!({"before": {"kind": "task", "id": 999_999}});
        assert_eq!(put("task", &a, Some(&unknown)).problem(422, "invalid")["errors"][0]["pointer"], "/before");
        put("task", &json!({"id": 999_999}), None).problem(404, "not-found");
        put("tag", &a, None).problem(404, "not-found");
        app.stranger().call("PUT", &format!("/favourites/task/{ia}"), None, &[]).problem(404, "not-found");
        assert_eq!(app.stranger().get("/favourites").ok(200)["items"], json!([]));

        // What is gone is left out, and what was deleted with its row is forgotten.
        me.delete(&format!("/tasks/{ia}"));
        me.delete(&format!("/views/{iv}"));
        assert_eq!(keys(&list()), [at("project", ip), at("task", ib)]);
        me.post(&format!("/tasks/{ia}/restore"), json!({})).ok(200);
        assert_eq!(list().len(), 3);
        assert_eq!(me.delete(&format!("/favourites/task/{ib}")).status, 204);
        assert_eq!(me.delete(&format!("/favourites/task/{ib}")).status, 204);
        assert_eq!(keys(&list()), [at("task", ia), at("project", ip)]);
    }
}
