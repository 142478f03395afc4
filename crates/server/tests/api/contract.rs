//! Rules of the house that no type can hold.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_policy_page_is_the_policy() {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/policy.md")).unwrap_or_default();
    let table = tasktrack_domain::policy::table();
    if std::env::var_os("TASKTRACK_TEST_WRITE").is_some() {
        let text = format!(
            "# Who may do what\n\nMade from `crates/domain/src/policy.rs`; a test compares. Relations are explained there.\n\n{table}"
        );
        std::fs::write(format!("{ROOT}/docs/policy.md"), text).unwrap();
        return;
    }
    assert!(page.ends_with(&table), "docs/policy.md is not the table of policy.rs; TASKTRACK_TEST_WRITE=1 writes it");
}

/// Normal and build dependencies of our crates: (crate, dependency).
fn dependencies() -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        for dependency in package["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null()) {
            let name = |v: &Value| v["name"].as_str().unwrap().trim_start_matches("tasktrack-").to_owned();
            found.insert((name(package), name(dependency)));
        }
    }
    assert!(found.len() > 50, "{found:?}");
    found
}

#[test]
fn the_workspace_is_a_star() {
    let adapters = ["persistence", "http", "messaging", "auth", "cache"];
    for (of, on) in dependencies() {
        let of_adapter = adapters.contains(&of.as_str());
        assert!(!(of == "domain" && (adapters.contains(&on.as_str()) || on == "server")), "domain knows {on}");
        assert!(!(of_adapter && (adapters.contains(&on.as_str()) || on == "server")), "{of} knows {on}");
    }
}

#[test]
fn each_technology_has_its_crate() {
    let homes = [
        ("sea-orm", &["persistence"][..]),
        ("sqlx", &["persistence"]),
        ("sea-orm-migration", &["persistence", "migrations"]),
        ("rdkafka", &["messaging"]),
        ("actix-web", &["http"]),
        ("utoipa", &["http"]),
        ("jsonwebtoken", &["auth"]),
        ("rsa", &["auth"]),
        ("argon2", &["auth"]),
        ("deadpool-redis", &["cache"]),
    ];
    let found = dependencies();
    for (technology, allowed) in homes {
        assert!(found.iter().any(|(_, on)| on == technology), "{technology} is used by nobody");
        for (of, _) in found.iter().filter(|(_, on)| on == technology) {
            assert!(allowed.contains(&of.as_str()), "{of} uses {technology}");
        }
    }
}

#[test]
fn slices_do_not_read_the_clock_or_the_environment() {
    let mut bad = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(format!("{ROOT}/crates/domain/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("clock.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let hidden = ["Utc::now()", "Uuid::now_v7()", "Uuid::new_v4()", "std::env::", "SystemTime::now"];
                bad.extend(hidden.iter().filter(|h| text.contains(**h)).map(|h| format!("{}: {h}", path.display())));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:?}");
}
