use crate::kit::{both, unique};
use serde_json::json;

both! {
    fn registers_into_an_own_account(app) {
        let me = app.stranger();
        let user = me.get("/users/me").ok(200);
        assert_eq!(user["role"], "worker");
        assert_eq!(user["accounts"].as_array().unwrap().len(), 1);
        assert!(user.get("password_hash").is_none());
        app.anonymous().post("/auth/register", json!({"email": me.email, "password": "another password", "name": "X"})).problem(409, "email-taken");
    }

    fn role_and_account_are_not_read_from_the_body(app) {
        let body = json!({"email": format!("x{}@example.org", unique()), "password": "a long password", "name": "X", "role": "admin"});
        app.anonymous().post("/auth/register", body).problem(422, "unknown-field");
    }

    fn a_wrong_password_and_an_unknown_address_look_the_same(app) {
        let wrong = app.anonymous().post("/auth/login", json!({"email": "worker@example.com", "password": "wrong wrong"})).problem(401, "bad-credentials");
        let unknown = app.anonymous().post("/auth/login", json!({"email": "nobody@example.com", "password": "wrong wrong"})).problem(401, "bad-credentials");
        assert_eq!(wrong["detail"], unknown["detail"]);
    }

    fn refresh_rotates_and_theft_ends_the_family(app) {
        let me = app.stranger();
        let first = app.anonymous().post("/auth/login", json!({"email": me.email, "password": "a long password"})).ok(200);
        let second = app.anonymous().post("/auth/refresh", json!({"refresh_token": first["refresh_token"]})).ok(200);
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        assert_eq!(second["token_type"], "Bearer");
        assert_eq!(second["expires_in"], 600);
        let again = app.anonymous().post("/auth/refresh", json!({"refresh_token": first["refresh_token"]})).ok(200);
        assert_eq!(again["refresh_token"], second["refresh_token"], "within 30 s a repeat gets the same successor");
        let third = app.anonymous().post("/auth/refresh", json!({"refresh_token": second["refresh_token"]})).ok(200);
        app.anonymous().post("/auth/refresh", json!({"refresh_token": first["refresh_token"]})).problem(401, "unauthenticated");
        app.anonymous().post("/auth/refresh", json!({"refresh_token": third["refresh_token"]})).problem(401, "unauthenticated");
        let stolen = crate::kit::Caller { token: third["access_token"].as_str().map(str::to_owned), ..app.anonymous() };
        stolen.get("/users/me").problem(401, "unauthenticated");
    }

    fn logging_out_is_at_once(app) {
        let me = app.stranger();
        me.get("/users/me").ok(200);
        assert_eq!(me.post("/auth/logout", json!({})).status, 204);
        me.get("/users/me").problem(401, "unauthenticated");
    }

    fn the_browser_gets_the_refresh_token_only_as_a_cookie(app) {
        let me = app.stranger();
        let answer = app.anonymous().post("/auth/login", json!({"email": me.email, "password": "a long password", "cookie": true}));
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
        assert!(answer.ok(200)["refresh_token"].is_null());
        let pair = cookie.split(';').next().unwrap();
        let nobody = app.anonymous();
        let refresh = |headers: &[(&str, &str)]| nobody.call("POST", "/auth/refresh", Some(&json!({})), headers);
        assert_eq!(refresh(&[("cookie", pair)]).status, 403, "no custom header");
        assert_eq!(refresh(&[("cookie", pair), ("x-requested-with", "tasktrack"), ("origin", "https://evil.example")]).status, 403);
        assert_eq!(refresh(&[("cookie", pair), ("x-requested-with", "tasktrack"), ("origin", &app.url)]).status, 200);
    }

    fn keys_are_published_without_private_members(app) {
        let keys = app.anonymous().get("/.well-known/jwks.json").ok(200);
        let key = &keys["keys"][0];
        assert_eq!((key["kty"].as_str(), key["alg"].as_str()), (Some("RSA"), Some("RS256")));
        assert!(key["kid"].is_string() && key.get("d").is_none() && key.get("p").is_none());
        let pem = app.anonymous().get("/auth/public-key");
        assert!(pem.text.starts_with("-----BEGIN PUBLIC KEY-----"));
    }

    fn a_profile_is_changed_and_checked(app) {
        let me = app.stranger();
        let changed = me.patch("/users/me", json!({"name": "Ольга", "language": "en", "time_zone": "Europe/Berlin", "phone": "+7 900", "avatar_color": "#4A4E8C"})).ok(200);
        assert_eq!((changed["name"].as_str(), changed["time_zone"].as_str()), (Some("Ольга"), Some("Europe/Berlin")));
        assert_eq!((changed["phone"].as_str(), changed["avatar_color"].as_str()), (Some("+7 900"), Some("#4A4E8C")));
        let problem = me.patch("/users/me", json!({"avatar_color": "red"})).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], "color");
        let problem = me.patch("/users/me", json!({"time_zone": "Mars/Base"})).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/time_zone");
        me.patch("/users/me", json!({"role": "admin"})).problem(422, "unknown-field");
    }
}
