//! Nobody sees what is not theirs, in any table, by any way in.

use tasktrack_domain::actor::{Actor, ProjectRole, Role};
use tasktrack_domain::event::Aggregate;
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TaskId, TemplateId};
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::tasks::commands::create_task;
use tasktrack_domain::tasks::tag::{TagInput, create_tag};
use tasktrack_domain::tasks::template::{TemplateInput, create_template};
use tasktrack_domain::tasks::{NewTask, TaskFilter, TaskSort};

use crate::support::Db;

/// An account with one of everything.
struct Tenant {
    account: AccountId,
    project: ProjectId,
    tag: TagId,
    template: TemplateId,
    shared: TaskId,
    inner: TaskId,
    worker: Actor,
}

async fn tenant(db: &Db, slug: &str) -> Tenant {
    let account = db.account(slug).await;
    let project = db.project(account, &slug.to_uppercase()).await;
    let worker = db.person(&format!("worker-{slug}"), Role::Worker, account).await;
    let ctx = db.system();
    let tag = TagInput { name: Some("tag".into()), color: Some("#3B7A57".into()), account_id: Some(account) };
    let tag = create_tag(&ctx, tag).await.unwrap().id;
    let template = TemplateInput { name: Some("T".into()), title: Some("T".into()), account_id: Some(account), ..TemplateInput::default() };
    let template = create_template(&ctx, template).await.unwrap().id;
    let shared = db.task(&worker, project, "shared", true).await.task.id;
    let inner = db.task(&worker, project, "inner", false).await.task.id;
    Tenant { account, project, tag, template, shared, inner, worker }
}

const PAGE: PageRequest = PageRequest { limit: 200, cursor: None };

both! {
    a_stranger_sees_nothing(db) {
        let (mine, theirs) = (tenant(&db, "aa").await, tenant(&db, "bb").await);
        db.sequence().await;
        let mut tx = db.read_as(&mine.worker).await;
        let alien = theirs.worker.id().unwrap();

        assert!(tx.accounts().find_account(theirs.account).await.unwrap().is_none());
        assert_eq!(tx.accounts().list_accounts(&PAGE).await.unwrap().items.len(), 1);
        assert!(tx.projects().find_project(theirs.project).await.unwrap().is_none());
        assert!(tx.projects().find_place(theirs.project).await.unwrap().is_none());
        assert_eq!(tx.projects().members(theirs.project).await.unwrap(), []);
        assert_eq!(tx.projects().first_project().await.unwrap().unwrap().project.id, mine.project);
        let projects = tx.projects().list_projects(&[], None, true, &PAGE).await.unwrap().items;
        assert_eq!(projects.iter().map(|p| (p.id, p.open_tasks)).collect::<Vec<_>>(), [(mine.project, 2)]);
        assert_eq!(tx.projects().list_projects(&[theirs.account], None, true, &PAGE).await.unwrap().items, []);

        assert!(tx.tags().find_tag(theirs.tag).await.unwrap().is_none());
        assert_eq!(tx.tags().list_tags(&[theirs.account], None, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.tags().lookup_tags(theirs.account, &[theirs.tag]).await.unwrap(), []);
        assert_eq!(tx.tags().lookup_tags(mine.account, &[theirs.tag]).await.unwrap(), [], "of another account");
        assert!(tx.templates().find_template(theirs.template).await.unwrap().is_none());
        assert_eq!(tx.templates().list_templates(&[], &PAGE).await.unwrap().items.len(), 1);

        assert!(tx.people().find_user(alien).await.unwrap().is_none());
        assert!(tx.people().list_users(&[], None, None, &PAGE).await.unwrap().items.iter().all(|u| u.id != alien));
        assert_eq!(tx.people().list_users(&[theirs.account], None, None, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.people().list_users(&[], Some(theirs.project), None, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.people().lookup_people(theirs.account, &[alien]).await.unwrap(), []);
        assert_eq!(tx.people().lookup_people(mine.account, &[alien]).await.unwrap(), [], "takes no part here");
        assert!(tx.people().person_by_email(theirs.account, "worker-bb@example.com").await.unwrap().is_none());
        assert!(tx.people().person_by_email(mine.account, "worker-bb@example.com").await.unwrap().is_none());

        assert!(tx.tasks().find(theirs.shared).await.unwrap().is_none());
        assert!(tx.tasks().id_of_key("BB-1").await.unwrap().is_none());
        let tasks = tx.tasks().list(&TaskFilter::default(), &TaskSort::default(), &PAGE, db.now()).await.unwrap().items;
        assert!(tasks.len() == 2 && tasks.iter().all(|t| t.account_id == mine.account));

        assert_eq!(tx.events().history(Aggregate::Task, theirs.shared.0, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.events().until(Aggregate::Task, theirs.shared.0, db.now()).await.unwrap(), []);
        let log = tx.events().after(0, 1000, None).await.unwrap();
        assert!(!log.is_empty() && log.iter().all(|e| e.account_id == Some(mine.account)));
    }
}

both! {
    who_is_let_in_nowhere_sees_nothing(db) {
        let theirs = tenant(&db, "bb").await;
        let scope = tasktrack_domain::actor::Scope { user_id: theirs.worker.id(), ..Default::default() };
        let nobody = Actor { scope: std::sync::Arc::new(scope), ..theirs.worker.clone() };
        let mut tx = db.read_as(&nobody).await;
        assert_eq!(tx.accounts().list_accounts(&PAGE).await.unwrap().items, []);
        assert_eq!(tx.projects().list_projects(&[], None, true, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.tags().list_tags(&[], None, &PAGE).await.unwrap().items, []);
        assert_eq!(tx.templates().list_templates(&[], &PAGE).await.unwrap().items, []);
        assert_eq!(tx.tasks().list(&TaskFilter::default(), &TaskSort::default(), &PAGE, db.now()).await.unwrap().items, []);
        let people = tx.people().list_users(&[], None, None, &PAGE).await.unwrap().items;
        assert_eq!(people.iter().map(|u| Some(u.id)).collect::<Vec<_>>(), [theirs.worker.id()], "but oneself");
    }
}

both! {
    /// A client sees of their project what is shared and what they applied for; who has only issues sees the project's; neither sees others.
    visitors_see_their_projects(db) {
        let home = tenant(&db, "aa").await;
        let other = db.project(home.account, "OTHER").await;
        db.task(&home.worker, other, "elsewhere", true).await;
        let client = db.user("client", Role::Worker, Some(home.account)).await;
        db.member(home.project, client, ProjectRole::Client).await;
        let client = db.actor(client).await;
        let own = create_task(&db.ctx(&client), NewTask { title: "own".into(), project_id: Some(home.project), ..NewTask::default() }).await.unwrap().task.id;
        let issues = db.user("issues", Role::Worker, Some(home.account)).await;
        db.member(home.project, issues, ProjectRole::OnlyIssues).await;
        let issues = db.actor(issues).await;

        for (actor, expected) in [(&client, vec![home.shared, own]), (&issues, vec![home.shared, home.inner, own])] {
            let mut tx = db.read_as(actor).await;
            let mut seen: Vec<TaskId> = Vec::new();
            for row in tx.tasks().list(&TaskFilter::default(), &TaskSort::default(), &PAGE, db.now()).await.unwrap().items {
                assert!(tx.tasks().find(row.id).await.unwrap().is_some());
                seen.push(row.id);
            }
            seen.sort_unstable();
            assert_eq!(seen, expected);
            let projects = tx.projects().list_projects(&[], None, true, &PAGE).await.unwrap().items;
            assert_eq!(projects.iter().map(|p| (p.id, usize::try_from(p.open_tasks).unwrap())).collect::<Vec<_>>(), [(home.project, expected.len())]);
            assert!(tx.projects().find_project(other).await.unwrap().is_none());
        }
        assert!(db.read_as(&client).await.tasks().find(home.inner).await.unwrap().is_none());
    }
}
