use crate::kit::{App, Caller, both, unique};
use serde_json::{Value, json};
use tasktrack_domain::sync::inbound::Outcome;

/// Somebody with an account, a project and an integration; plays the ERP.
struct Erp {
    app: &'static App,
    me: Caller,
    source: String,
    integration: i64,
    project: Value,
}

impl Erp {
    fn new(app: &'static App) -> Self {
        let me = app.stranger();
        let project = me.project();
        let (source, integration) = app.integrate(&me, &project);
        Self { app, me, source, integration, project }
    }
    fn says(&self, event_type: &str, external: &str, data: Value, more: Value) -> Outcome {
        let mut message =
            json!({"event_type": event_type, "external_id": external, "timestamp": null, "data": data, "source": self.source});
        message.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.app.receive(message.to_string().as_bytes())
    }
    fn tasks(&self) -> Vec<Value> {
        self.me.all(&format!("/tasks?project={}&sort=id&archived=any", self.project["id"]))
    }
    fn created(&self, external: &str) -> Value {
        let data =
            json!({"name": "«Счёт» 😀", "content": "строка 1\nстрока 2", "priority": "medium", "deadline": "2026-12-01T10:00:00+03:00"});
        assert!(matches!(self.says("created", external, data, json!({})), Outcome::Applied(_)));
        let tasks = self.tasks();
        self.me.get(&format!("/tasks/{}", tasks.last().unwrap()["id"])).ok(200)
    }
    fn policy(&self, policy: &str) {
        self.me.patch(&format!("/integrations/{}", self.integration), json!({"conflict_policy": policy})).ok(200);
    }
    fn conflicts(&self) -> Vec<Value> {
        self.me.all("/conflicts?state=any")
    }
    fn letters(&self) -> Vec<Value> {
        self.me.all("/dead-letters")
    }
}

both! {
    fn created_makes_one_task_however_often_it_comes(app) {
        let erp = Erp::new(app);
        let task = erp.created("A-1");
        assert_eq!((task["title"].as_str(), task["description"].as_str()), (Some("«Счёт» 😀"), Some("строка 1\nстрока 2")));
        assert_eq!(task["due_date"], "2026-12-01T07:00:00Z");
        assert_eq!(task["created_by"]["id"], erp.me.id);
        erp.created("A-1");
        assert_eq!(erp.tasks().len(), 1);
        let history = erp.me.all(&format!("/tasks/{}/history", task["id"]));
        assert_eq!(history[0]["cause"]["source"], erp.source);
    }

    fn the_same_message_twice_is_one_effect_but_a_b_a_is_three(app) {
        let erp = Erp::new(app);
        let task = erp.created("B-1");
        let says = |name: &str, id: &str| erp.says("updated", "B-1", json!({"name": name}), json!({"event_id": id}));
        let id = |n: u32| format!("m-{}-{n}", erp.source);
        for (name, n) in [("A", 1), ("B", 2), ("A", 3)] { assert!(matches!(says(name, &id(n)), Outcome::Applied(_))); }
        assert_eq!(says("B", &id(2)), Outcome::Duplicate);
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "A");
        let message = json!({"event_type": "updated", "external_id": "B-1", "data": {"name": "C"}, "source": erp.source}).to_string();
        let offset = 1_000_000 + i64::from(unique());
        assert!(matches!(app.receive_at(message.as_bytes(), offset), Outcome::Applied(_)));
        assert_eq!(app.receive_at(message.as_bytes(), offset), Outcome::Duplicate);
    }

    fn an_update_before_its_create_waits_in_order(app) {
        let erp = Erp::new(app);
        assert_eq!(erp.says("updated", "C-1", json!({"name": "later"}), json!({})), Outcome::Parked);
        assert_eq!(erp.says("status_changed", "C-1", json!({"status": "testing"}), json!({})), Outcome::Parked);
        assert_eq!(erp.says("comment_added", "C-1", json!({"comment": "hello", "comment_id": 1}), json!({})), Outcome::Parked);
        let task = erp.created("C-1");
        assert_eq!((task["title"].as_str(), task["status"].as_str(), task["comment_count"].as_i64()), (Some("later"), Some("testing"), Some(1)));
    }

    fn bad_messages_are_dead_letters_with_their_reason(app) {
        let erp = Erp::new(app);
        let admin = app.demo("admin");
        erp.created("D-1");
        assert_eq!(app.receive(b"\xff\xfe garbage"), Outcome::DeadLettered("invalid-json"));
        assert_eq!(app.receive(b"{\"source\": \"nobody-knows\", \"event_type\": \"created\"}"), Outcome::DeadLettered("unknown-source"));
        assert_eq!(erp.says("status_changed", "D-1", json!({"status": "exploded"}), json!({})), Outcome::DeadLettered("unknown-status"));
        assert_eq!(erp.says("updated", "D-1", json!({"deadline": "soon"}), json!({})), Outcome::DeadLettered("schema"));
        assert_eq!(erp.says("exploded", "D-1", json!({}), json!({})), Outcome::Ignored("unknown_type"));
        let mine = erp.letters();
        assert_eq!(mine.iter().map(|l| l["code"].as_str().unwrap()).collect::<Vec<_>>(), ["schema", "unknown-status"]);
        assert_eq!(mine[0]["pointer"], "/data/deadline");
        assert!(mine[0]["payload"].as_str().unwrap().contains("soon"));
        assert!(admin.all("/dead-letters").iter().any(|l| l["code"] == "unknown-source"));
        assert!(app.stranger().all("/dead-letters").is_empty());
    }

    fn a_corrected_letter_is_applied_once(app) {
        let erp = Erp::new(app);
        let task = erp.created("E-1");
        erp.says("status_changed", "E-1", json!({"status": "exploded"}), json!({}));
        let letter = erp.letters()[0].clone();
        let path = format!("/dead-letters/{}", letter["id"]);
        let again = erp.me.post(&format!("{path}/resend"), json!({})).problem(422, "invalid");
        assert_eq!(again["errors"][0]["code"], "unknown-status");
        let payload = letter["payload"].as_str().unwrap().replace("exploded", "testing");
        let resent = erp.me.post(&format!("{path}/resend"), json!({"payload": payload})).ok(200);
        assert_eq!((resent["state"].as_str(), resent["attempts"].as_i64()), (Some("resent"), Some(3)));
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["status"], "testing");
        erp.me.post(&format!("{path}/resend"), json!({})).problem(409, "already-resolved");
        erp.says("updated", "E-1", json!({"priority": "max"}), json!({}));
        let other = erp.letters()[0]["id"].clone();
        erp.me.post(&format!("/dead-letters/{other}/discard"), json!({"reason": ""})).problem(422, "invalid");
        erp.me.post(&format!("/dead-letters/{other}/discard"), json!({"reason": "test message"})).ok(200);
        assert!(erp.letters().is_empty());
        app.stranger().post(&format!("{path}/discard"), json!({"reason": "x"})).problem(404, "not-found");
    }

    fn a_one_sided_change_is_no_conflict(app) {
        let erp = Erp::new(app);
        let task = erp.created("F-1");
        let path = format!("/tasks/{}", task["id"]);
        erp.me.patch(&path, json!({"priority": "urgent"})).ok(200);
        erp.says("updated", "F-1", json!({"name": "theirs", "priority": "medium", "deadline": null}), json!({}));
        let now = erp.me.get(&path).ok(200);
        assert_eq!((now["title"].as_str(), now["priority"].as_str()), (Some("theirs"), Some("urgent")), "they repeat the old priority");
        assert!(now["due_date"].is_null());
        assert!(erp.conflicts().is_empty());
        erp.says("updated", "F-1", json!({"priority": "high"}), json!({}));
        assert_eq!(erp.me.get(&path).ok(200)["priority"], "urgent", "an inbound high on an urgent task is no change");
    }

    fn conflicts_go_by_policy(app) {
        for (policy, title, outcome) in [("erp_wins", "theirs", "theirs"), ("ours_wins", "ours", "ours"), ("ask", "ours", "open"), ("newest_wins", "theirs", "theirs")] {
            let erp = Erp::new(app);
            erp.policy(policy);
            let task = erp.created("G-1");
            let path = format!("/tasks/{}", task["id"]);
            erp.me.patch(&path, json!({"title": "ours"})).ok(200);
            assert!(matches!(erp.says("updated", "G-1", json!({"name": "theirs"}), json!({})), Outcome::Applied(_)));
            assert_eq!(erp.me.get(&path).ok(200)["title"], title, "{policy}");
            let conflict = erp.conflicts()[0].clone();
            assert_eq!((conflict["outcome"].as_str(), conflict["ours"].as_str(), conflict["theirs"].as_str()), (Some(outcome), Some("ours"), Some("theirs")));
            assert_eq!(conflict["base"], "«Счёт» 😀");
        }
        let erp = Erp::new(app);
        let task = erp.created("G-2");
        erp.me.patch(&format!("/tasks/{}", task["id"]), json!({"title": "ours"})).ok(200);
        erp.says("updated", "G-2", json!({"name": "theirs"}), json!({"timestamp": "2001-01-01T00:00:00Z"}));
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "ours", "an older message loses");
    }

    fn a_person_settles_an_open_conflict(app) {
        let erp = Erp::new(app);
        erp.policy("ask");
        let task = erp.created("H-1");
        let path = format!("/tasks/{}", task["id"]);
        erp.me.patch(&path, json!({"title": "ours"})).ok(200);
        erp.says("updated", "H-1", json!({"name": "theirs"}), json!({}));
        let conflict = erp.conflicts()[0]["id"].clone();
        app.stranger().post(&format!("/conflicts/{conflict}/resolve"), json!({"choice": "ours"})).problem(404, "not-found");
        let resolved = erp.me.post(&format!("/conflicts/{conflict}/resolve"), json!({"choice": "value", "value": "both"})).ok(200);
        assert_eq!((resolved["outcome"].as_str(), resolved["chosen"].as_str()), (Some("resolved"), Some("both")));
        assert_eq!(erp.me.get(&path).ok(200)["title"], "both");
        erp.me.post(&format!("/conflicts/{conflict}/resolve"), json!({"choice": "ours"})).problem(409, "already-resolved");
    }

    fn deleted_follows_the_policy(app) {
        let erp = Erp::new(app);
        let task = erp.created("I-1");
        let path = format!("/tasks/{}", task["id"]);
        assert!(matches!(erp.says("deleted", "I-1", json!({}), json!({"timestamp": null})), Outcome::Applied(_)));
        assert!(erp.me.get(&path).ok(200)["archived_at"].is_string());
        assert_eq!(erp.says("deleted", "never-seen", json!({}), json!({})), Outcome::Ignored("deleted_unknown"));
        erp.me.patch(&format!("/integrations/{}", erp.integration), json!({"delete_policy": "delete"})).ok(200);
        erp.says("deleted", "I-1", json!({}), json!({}));
        erp.me.get(&path).problem(404, "not-found");
    }

    fn comments_come_once(app) {
        let erp = Erp::new(app);
        let task = erp.created("J-1");
        let path = format!("/tasks/{}/comments", task["id"]);
        for _ in 0..2 { erp.says("comment_added", "J-1", json!({"comment": "раз", "comment_id": "c1", "user_email": "unknown@erp.example"}), json!({})); }
        erp.says("updated_with_comment", "J-1", json!({"name": "n", "comment": {"comment": "два", "comment_id": "c2"}}), json!({}));
        for _ in 0..2 { erp.says("comment_added", "J-1", json!({"comment": "без номера"}), json!({})); }
        let comments = erp.me.all(&path);
        assert_eq!(comments.iter().map(|c| c["body"].as_str().unwrap()).collect::<Vec<_>>(), ["раз", "два", "без номера", "без номера"]);
        assert_eq!(comments[0]["external_author"], "unknown@erp.example");
        erp.says("comment_added", "J-1", json!({"comment": "свой", "comment_id": "c9", "user_email": erp.me.email}), json!({}));
        let own = erp.me.all(&path).pop().unwrap();
        assert!(own["external_author"].is_null() && own["author"]["id"] == erp.me.id);
    }

    fn our_own_messages_are_echoes(app) {
        let erp = Erp::new(app);
        let task = erp.created("K-1");
        let own = json!({"event_type": "updated", "issue_id": task["id"], "data": {"name": "loop"}, "source": "task-track"});
        assert_eq!(app.receive(own.to_string().as_bytes()), Outcome::Echo);
        let history = erp.me.get(&format!("/tasks/{}/history", task["id"])).ok(200);
        let disguised = erp.says("updated", "K-1", json!({"name": "loop"}), json!({"event_id": history["items"][0]["id"]}));
        assert_eq!(disguised, Outcome::Echo);
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "«Счёт» 😀");
    }

    fn nothing_inbound_leaves_its_account(app) {
        let (erp, other) = (Erp::new(app), Erp::new(app));
        let task = other.me.task(&other.project, "theirs");
        let foreign = json!({"event_type": "updated", "issue_id": task["id"], "data": {"name": "stolen"}, "source": erp.source});
        assert_eq!(app.receive(foreign.to_string().as_bytes()), Outcome::Parked, "our ids within the integration's account only");
        assert_eq!(other.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "theirs");
        let own = erp.me.task(&erp.project, "own");
        let ours = json!({"event_type": "updated", "issue_id": own["id"], "data": {"name": "by our id"}, "source": erp.source});
        assert!(matches!(app.receive(ours.to_string().as_bytes()), Outcome::Applied(_)));
        let data = json!({"name": "x", "user_id": other.me.id, "company_id": 17, "parent_id": task["id"]});
        erp.says("created", "L-1", data, json!({}));
        let made = erp.tasks().pop().unwrap();
        let made = erp.me.get(&format!("/tasks/{}", made["id"])).ok(200);
        assert_eq!(made["metadata"]["erp"], json!({"user_id": other.me.id.to_string(), "company_id": "17", "parent_id": task["id"].to_string()}));
        assert!(made["parent"].is_null() && made["assignees"].as_array().unwrap().is_empty());
    }

    fn linked_tells_their_id_and_a_second_one_is_a_conflict(app) {
        let erp = Erp::new(app);
        let task = erp.me.task(&erp.project, "born here");
        let linked = |external: &str| {
            let message = json!({"event_type": "linked", "issue_id": task["id"], "external_id": external, "source": erp.source, "data": {}});
            app.receive(message.to_string().as_bytes())
        };
        assert!(matches!(linked("M-1"), Outcome::Applied(_)));
        assert!(matches!(erp.says("updated", "M-1", json!({"name": "by their id"}), json!({})), Outcome::Applied(_)));
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "by their id");
        linked("M-1");
        assert!(erp.conflicts().is_empty());
        linked("M-2");
        assert_eq!(erp.conflicts()[0]["field"], "external_id");
    }

    fn a_lower_sequence_comes_too_late(app) {
        let erp = Erp::new(app);
        let task = erp.created("N-1");
        erp.says("updated", "N-1", json!({"name": "five"}), json!({"sequence": 5}));
        assert_eq!(erp.says("updated", "N-1", json!({"name": "four"}), json!({"sequence": 4})), Outcome::Ignored("stale"));
        assert_eq!(erp.me.get(&format!("/tasks/{}", task["id"])).ok(200)["title"], "five");
    }

    fn the_status_line_is_for_managers(app) {
        let status = app.demo("manager").get("/exchange/status").ok(200);
        assert!(status["relay"]["lag"].is_number() && status["inbound"]["counts"].is_object(), "{status}");
        assert!(status["relay"]["head"].is_null(), "how much all tenants do is for admins");
        assert!(app.demo("admin").get("/exchange/status").ok(200)["relay"]["head"].is_number());
        let erp = Erp::new(app);
        erp.created("S-1");
        assert_eq!(erp.me.get("/exchange/status").ok(200)["inbound"]["counts"], json!({"applied": 1}), "an account's own counts");
        app.demo("worker").get("/exchange/status").problem(403, "forbidden");
    }
}
