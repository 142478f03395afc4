//! What a person is let do is loaded as `domain::actor` says.

use chrono::Duration;
use tasktrack_domain::actor::{Actor, ProjectRole, Role};
use tasktrack_domain::ids::AccountId;
use tasktrack_domain::projects::commands::{ProjectInput, update_project};

use crate::support::Db;

/// (manages, full, expired) in an account.
fn standing(actor: &Actor, account: AccountId) -> Option<(bool, bool, bool)> {
    actor.scope.accounts.get(&account).map(|s| (s.manages, s.full, s.expired))
}

both! {
    roles_in_the_system(db) {
        let (a, b) = (db.account("a").await, db.account("b").await);
        let admin = db.person("admin", Role::Admin, a).await;
        assert!(admin.scope.everything);
        assert_eq!(standing(&admin, b), Some((true, true, false)), "every account, let in or not");
        let manager = db.person("manager", Role::Manager, a).await;
        assert_eq!((standing(&manager, a), standing(&manager, b)), (Some((true, true, false)), None));
        let finance = db.person("finance", Role::Finance, a).await;
        assert_eq!(standing(&finance, a), Some((false, true, false)));
        let worker = db.person("worker", Role::Worker, a).await;
        assert_eq!((standing(&worker, a), standing(&worker, b)), (Some((false, true, false)), None));
        assert_eq!(worker.scope.accounts[&a].zone.name(), "Europe/Moscow");
        assert_eq!(worker.scope.user_id, worker.id());
        assert!(!worker.scope.everything);
    }
}

both! {
    teams_limit_visitors_only(db) {
        let (a, b) = (db.account("a").await, db.account("b").await);
        let (erp, crm, alien) = (db.project(a, "ERP").await, db.project(a, "CRM").await, db.project(b, "BBB").await);
        let cases = [
            ("client", vec![(erp, ProjectRole::Client)], false),
            ("issues", vec![(erp, ProjectRole::OnlyIssues)], false),
            ("both", vec![(erp, ProjectRole::OnlyIssues), (crm, ProjectRole::Client)], false),
            ("developer", vec![(erp, ProjectRole::Developer)], true),
            ("mixed", vec![(erp, ProjectRole::Client), (crm, ProjectRole::Tester)], true),
            ("nothing", vec![], true),
        ];
        for (name, places, full) in cases {
            let user = db.user(name, Role::Worker, Some(a)).await;
            for (project, role) in &places {
                db.member(*project, user, *role).await;
            }
            let actor = db.actor(user).await;
            assert_eq!(standing(&actor, a), Some((false, full, false)), "{name}");
            assert_eq!(actor.scope.projects.len(), places.len());
        }
        let finance = db.user("finance", Role::Finance, Some(a)).await;
        db.member(erp, finance, ProjectRole::Client).await;
        assert_eq!(standing(&db.actor(finance).await, a), Some((false, true, false)), "finance reads all");

        // In a team of another account, without being let in there.
        let worker = db.user("worker", Role::Worker, Some(a)).await;
        db.sql(&format!("INSERT INTO project_member (account_id, project_id, user_id, role) VALUES ({b}, {alien}, {worker}, 'developer')")).await;
        let actor = db.actor(worker).await;
        assert!(standing(&actor, b).is_none() && actor.scope.projects.is_empty());
    }
}

both! {
    a_manager_of_an_account_or_project(db) {
        let (a, b) = (db.account("a").await, db.account("b").await);
        let boss = db.user("boss", Role::Worker, Some(a)).await;
        db.sql(&format!("UPDATE account SET manager_id = {boss} WHERE id = {b}")).await;
        let actor = db.actor(boss).await;
        assert_eq!((standing(&actor, a), standing(&actor, b)), (Some((false, true, false)), Some((true, true, false))));

        let erp = db.project(a, "ERP").await;
        let lead = db.user("lead", Role::Worker, Some(a)).await;
        db.member(erp, lead, ProjectRole::Client).await;
        let input = ProjectInput { manager_id: Some(Some(lead)), ..ProjectInput::default() };
        let project = update_project(&db.system(), erp, input).await.unwrap().project;
        assert_eq!(project.manager.map(|m| m.id), Some(lead));
        let actor = db.actor(lead).await;
        assert_eq!(actor.scope.projects[&erp], ProjectRole::ProjectManager, "stronger than the team's role");
        assert_eq!(standing(&actor, a), Some((false, true, false)));
    }
}

both! {
    an_account_expires(db) {
        let a = db.account("a").await;
        let user = db.user("anna", Role::Worker, Some(a)).await;
        let end = db.now() + Duration::hours(1);
        db.sql(&format!("UPDATE account SET expires_at = '{}' WHERE id = {a}", end.to_rfc3339())).await;
        let mut tx = db.read().await;
        let before = tx.people().load_actor_of(user, end - Duration::seconds(1)).await.unwrap().unwrap();
        let after = tx.people().load_actor_of(user, end).await.unwrap().unwrap();
        assert_eq!((before.scope.accounts[&a].expired, after.scope.accounts[&a].expired), (false, true));
    }
}

both! {
    whom_work_goes_to(db) {
        let a = db.account("a").await;
        let erp = db.project(a, "ERP").await;
        let worker = db.user("worker", Role::Worker, Some(a)).await;
        let client = db.user("client", Role::Worker, Some(a)).await;
        db.user("finance", Role::Finance, Some(a)).await;
        db.member(erp, client, ProjectRole::Client).await;
        let ids = async |db: &Db| db.read().await.projects().workers(erp).await.unwrap().into_iter().map(|p| p.id).collect::<Vec<_>>();
        assert_eq!(ids(&db).await, [worker], "nobody works in the team: the account's workers, without the team's visitors");
        let tester = db.user("tester", Role::Worker, Some(a)).await;
        db.member(erp, tester, ProjectRole::Tester).await;
        assert_eq!(ids(&db).await, [tester]);
        let members = db.read().await.projects().members(erp).await.unwrap();
        assert_eq!(members.iter().map(|m| m.user.id).collect::<Vec<_>>(), [client, tester], "by name");
    }
}
