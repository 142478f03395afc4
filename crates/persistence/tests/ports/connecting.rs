//! Pools, locale, units of work.

use sea_orm::{ConnectionTrait, Database};
use tasktrack_domain::actor::Role;
use tasktrack_domain::ports::Store as _;
use tasktrack_persistence::{connect, migrate};

use crate::support::{Db, number, postgres_url, with_database};

both! {
    a_reading_unit_can_not_write(db) {
        let account = db.account("a").await;
        let mut tx = db.read().await;
        assert_eq!(tx.accounts().permit(account, tasktrack_domain::ids::UserId(1)).await.unwrap_err().code(), "internal");
        assert!(tx.accounts().find_account(account).await.unwrap().is_some());
        db.store.ping().await.unwrap();
    }
}

both! {
    a_part_is_taken_back_alone(db) {
        let (a, b) = (db.account("a").await, db.account("b").await);
        let user = db.user("anna", Role::Worker, Some(a)).await;
        let mut tx = db.begin().await;
        tx.savepoint().await.unwrap();
        tx.accounts().permit(b, user).await.unwrap();
        tx.savepoint().await.unwrap();
        tx.release(true).await.unwrap();
        tx.release(false).await.unwrap();
        assert!(tx.release(false).await.is_err(), "nothing is open");
        tx.commit().await.unwrap();
        assert!(!db.actor(user).await.scope.knows(b));
    }
}

both! {
    /// After a failed statement PostgreSQL refuses the rest of a transaction; a savepoint saves it.
    a_failed_part_does_not_spoil_the_unit(db) {
        db.account("taken").await;
        let mut tx = db.begin().await;
        tx.savepoint().await.unwrap();
        let mut account = tx.accounts().list_accounts(&tasktrack_domain::page::PageRequest::first(1)).await.unwrap().items.remove(0);
        account.id = tasktrack_domain::ids::AccountId(0);
        assert_eq!(tx.accounts().insert_account(&account).await.unwrap_err().code(), "slug-taken");
        tx.release(false).await.unwrap();
        account.slug = "free".into();
        tx.accounts().insert_account(&account).await.unwrap();
        tx.commit().await.unwrap();
    }
}

both! {
    what_is_dropped_is_not_there(db) {
        let account = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(account)).await;
        let other = db.account("b").await;
        let mut tx = db.begin().await;
        tx.accounts().permit(other, user).await.unwrap();
        drop(tx);
        let actor = db.actor(user).await;
        assert!(actor.scope.knows(account) && !actor.scope.knows(other));
    }
}

both! {
    migrating_twice_changes_nothing(db) {
        migrate(&db.store).await.unwrap();
        assert_eq!(db.read().await.people().count_users().await.unwrap(), 0);
    }
}

both! {
    waking_is_heard(db) {
        let mut woken = db.store.woken();
        db.store.wake();
        woken.changed().await.unwrap();
        assert_eq!(*woken.borrow(), 1);
    }
}

#[tokio::test]
async fn memory_is_one_database_for_readers_and_the_writer() {
    let store = connect("sqlite::memory:", 2).await.unwrap();
    migrate(&store).await.unwrap();
    let db = Db::new(store.clone(), String::new());
    let account = db.account("a").await;
    let tx = db.begin().await;
    assert!(db.read().await.accounts().find_account(account).await.unwrap().is_some(), "a reader does not wait for the writer");
    drop(tx);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_full_pool_is_unavailable() {
    let store = connect("sqlite::memory:", 2).await.unwrap();
    migrate(&store).await.unwrap();
    let db = Db::new(store.clone(), String::new());
    let _held = db.begin().await;
    assert_eq!(db.system().begin().await.err().map(|e| e.code().to_owned()).as_deref(), Some("unavailable"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let refused = connect("postgres://nobody@127.0.0.1:1/none", 2).await.err().unwrap();
    assert_eq!(refused.code(), "unavailable");
}

/// Waiting for a row longer than a statement may last is 503, not 500.
#[test]
fn a_row_that_is_held_too_long_is_unavailable() {
    crate::support::on_postgres(|db| async move {
        let account = db.account("a").await;
        let project = db.project(account, "ERP").await;
        let mut held = db.begin().await;
        held.projects().lock_project(project).await.unwrap().unwrap();
        let mut waiting = db.begin().await;
        assert_eq!(waiting.projects().lock_project(project).await.unwrap_err().code(), "unavailable");
    });
}

/// Under LC_CTYPE C Cyrillic would not be found.
#[tokio::test]
async fn locale_c_is_refused() {
    let Some(admin) = postgres_url() else { return };
    let name = format!("tt_test_{}_c_{}", std::process::id(), number());
    let connection = Database::connect(&admin).await.unwrap();
    connection.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")).await.unwrap();
    let refused = connect(&with_database(&admin, &name), 2).await.err();
    connection.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    assert!(refused.unwrap().to_string().contains("LC_CTYPE"));
}
