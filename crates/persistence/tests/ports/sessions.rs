//! Sessions and signing keys.

use chrono::Duration;
use tasktrack_domain::actor::Role;
use tasktrack_domain::event::Aggregate;
use tasktrack_domain::identity::{NewSession, SigningKeyRow};
use tasktrack_domain::ids::UserId;
use tasktrack_domain::page::PageRequest;
use uuid::Uuid;

use crate::support::{Db, Shared};

async fn session(db: &Db, user: UserId, n: u128) -> Uuid {
    let id = Uuid::from_u128(n);
    let new = NewSession {
        id,
        user_id: user,
        refresh_hash: format!("hash-{n}"),
        created_at: db.now(),
        expires_at: db.now() + Duration::days(1),
        user_agent: Some("test".into()),
        address: None,
    };
    let mut tx = db.begin().await;
    tx.people().insert_session(new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn live(db: &Db, session: Uuid, after: Duration) -> bool {
    let found = db.read().await.people().load_actor(session, db.now() + after).await.unwrap();
    found.is_some_and(|actor| actor.session == Some(session) && actor.public_id.is_some())
}

both! {
    a_session_lives_until_it_ends(db) {
        let account = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(account)).await;
        let id = session(&db, user, 1).await;
        assert!(live(&db, id, Duration::zero()).await);
        assert!(!live(&db, id, Duration::days(2)).await, "expired");
        assert!(!live(&db, Uuid::from_u128(9), Duration::zero()).await, "unknown");
        let mut tx = db.begin().await;
        assert!(tx.people().end_session(id, db.now()).await.unwrap());
        assert!(!tx.people().end_session(id, db.now()).await.unwrap(), "it was over");
        tx.commit().await.unwrap();
        assert!(!live(&db, id, Duration::zero()).await);
    }
}

both! {
    who_is_not_active_has_no_session(db) {
        let account = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(account)).await;
        let id = session(&db, user, 1).await;
        db.sql(&format!("UPDATE users SET active = false WHERE id = {user}")).await;
        assert!(!live(&db, id, Duration::zero()).await);
        assert!(db.read().await.people().load_actor_of(user, db.now()).await.unwrap().is_none());
    }
}

both! {
    a_session_is_changed_under_its_lock(db) {
        let account = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(account)).await;
        let id = session(&db, user, 1).await;
        let seen: Shared<String> = Shared::default();
        let all: Vec<_> = (0..6).map(|n| {
            let (db, seen) = (db.clone(), seen.clone());
            tokio::spawn(async move {
                let mut tx = db.begin().await;
                let mut row = tx.people().lock_session(id).await.unwrap().unwrap();
                seen.push(row.refresh_hash.clone());
                row.previous_hash = Some(row.refresh_hash);
                row.refresh_hash = format!("next-{n}");
                row.rotated_at = Some(db.now());
                tx.people().save_session(&row).await.unwrap();
                tx.commit().await.unwrap();
            })
        }).collect();
        for one in all {
            one.await.unwrap();
        }
        let hashes: std::collections::HashSet<_> = seen.all().into_iter().collect();
        assert_eq!(hashes.len(), 6, "each saw what the one before wrote");
    }
}

both! {
    one_creator_of_the_first_key(db) {
        let made: Shared<bool> = Shared::default();
        let all: Vec<_> = (0..5).map(|n| {
            let (db, made) = (db.clone(), made.clone());
            tokio::spawn(async move {
                let key = SigningKeyRow { kid: format!("k{n}"), public_pem: "pem".into(), sealed_private: "sealed".into(), created_at: db.now() };
                let mut tx = db.begin().await;
                made.push(tx.people().insert_first_signing_key(key).await.unwrap());
                tx.commit().await.unwrap();
            })
        }).collect();
        for one in all {
            one.await.unwrap();
        }
        assert_eq!(made.all().into_iter().filter(|made| *made).count(), 1);
        assert_eq!(db.read().await.people().signing_keys().await.unwrap().len(), 1);
    }
}

both! {
    passwords_are_found_by_address_in_any_case(db) {
        let account = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(account)).await;
        let mut tx = db.begin().await;
        assert_eq!(tx.people().find_auth("anna@example.com").await.unwrap().unwrap().password_hash, None);
        tx.people().rehash(user, "phc".into()).await.unwrap();
        assert_eq!(tx.people().find_auth(" Anna@Example.com").await.unwrap().unwrap().password_hash.as_deref(), Some("phc"));
        assert!(tx.people().find_auth("nobody@example.com").await.unwrap().is_none());
        assert_eq!(tx.people().count_users().await.unwrap(), 1);
    }
}

both! {
    /// The event of a log-in names the person, although the unit of work was begun by nobody.
    signing_in_and_out(db) {
        use tasktrack_domain::identity::signin::{Origin, log_in, log_out, refresh, register};
        let ctx = db.ctx(&tasktrack_domain::identity::signin::nobody());
        let made = register(&ctx, "anna@example.com".into(), "correct horse".into(), "Anna".into(), "ru".into(), "Europe/Moscow".into(), Origin::default());
        let made = made.await.unwrap();
        let actor = db.actor(made.user.id).await;
        assert!(actor.scope.accounts.values().all(|s| s.manages) && actor.scope.accounts.len() == 1, "an account of their own");
        assert!(log_in(&ctx, "anna@example.com", "wrong".into(), Origin::default()).await.is_err());
        let again = log_in(&ctx, "anna@example.com", "correct horse".into(), Origin::default()).await.unwrap();
        let next = refresh(&ctx, &again.refresh_token).await.unwrap();
        log_out(&ctx, Some(&next.refresh_token)).await.unwrap();
        assert!(!live(&db, next.session, Duration::zero()).await);
        assert!(live(&db, made.session, Duration::zero()).await);
        let history = db.read().await.events().history(Aggregate::Session, made.user.id.0, &PageRequest::first(9)).await.unwrap().items;
        assert_eq!(history.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>(), ["UserLoggedOut", "UserLoggedIn", "UserLoginFailed", "UserLoggedIn"]);
        assert_eq!(history[1].actor_id, Some(made.user.id.0));
        assert_eq!(history[1].payload.actor.as_ref().map(|a| a.name.as_str()), Some("Anna"));
    }
}
