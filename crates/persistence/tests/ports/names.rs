//! Names that may be given once, and finding by a part of a name.

use tasktrack_domain::Result;
use tasktrack_domain::actor::Role;
use tasktrack_domain::identity::users::{Home, NewUser, create_user};
use tasktrack_domain::ids::AccountId;
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::projects::commands::{ProjectInput, create_project};
use tasktrack_domain::tasks::tag::{Tag, TagInput, create_tag, delete_tag, list_tags, update_tag};
use tasktrack_domain::tasks::template::{Template, TemplateInput, create_template, get_template};

use crate::support::Db;

async fn tag(db: &Db, account: AccountId, name: &str) -> Result<Tag> {
    create_tag(&db.system(), TagInput { name: Some(name.into()), color: Some("#3B7A57".into()), account_id: Some(account) }).await
}

async fn template(db: &Db, account: AccountId, name: &str, tags: &[&Tag]) -> Result<Template> {
    let input = TemplateInput {
        name: Some(name.into()),
        title: Some("Title".into()),
        tag_ids: Some(tags.iter().map(|t| t.id).collect()),
        checklist: Some(vec!["one".into()]),
        estimated_hours: Some(Some(1.5)),
        account_id: Some(account),
        ..TemplateInput::default()
    };
    create_template(&db.system(), input).await
}

fn code<T>(result: Result<T>) -> String {
    result.err().map_or_else(|| "ok".to_owned(), |e| e.code().to_owned())
}

both! {
    a_name_is_given_once_in_an_account(db) {
        let (a, b) = (db.account("a").await, db.account("b").await);
        let first = tag(&db, a, "Срочно").await.unwrap();
        assert_eq!(code(tag(&db, a, "Срочно").await), "name-taken");
        assert_eq!(code(tag(&db, b, "Срочно").await), "ok", "another account");
        let second = tag(&db, a, "Потом").await.unwrap();
        let rename = TagInput { name: Some("Срочно".into()), ..TagInput::default() };
        assert_eq!(code(update_tag(&db.system(), second.id, rename.clone()).await), "name-taken");
        assert_eq!(code(update_tag(&db.system(), first.id, rename).await), "ok", "its own name");

        template(&db, a, "Релиз", &[]).await.unwrap();
        assert_eq!(code(template(&db, a, "Релиз", &[]).await), "name-taken");
        assert_eq!(code(template(&db, b, "Релиз", &[]).await), "ok");

        db.project(a, "ERP").await;
        let again = ProjectInput { key: Some("ERP".into()), name: Some("x".into()), account_id: Some(a), ..ProjectInput::default() };
        assert_eq!(code(create_project(&db.system(), again).await), "key-taken");
        db.project(b, "ERP").await;
    }
}

both! {
    an_address_and_a_slug_are_given_once(db) {
        let account = db.account("a").await;
        db.user("anna", Role::Worker, Some(account)).await;
        let again = NewUser {
            email: "ANNA@example.com".into(), name: "Anna".into(), role: Role::Worker, language: "ru".into(), time_zone: "UTC".into(), password: None,
        };
        assert_eq!(code(create_user(&db.system(), again, Home::Nowhere).await), "email-taken");
        let mut tx = db.begin().await;
        let taken = tx.accounts().find_account(account).await.unwrap().unwrap();
        let double = tasktrack_domain::accounts::Account { id: AccountId(0), ..taken };
        assert_eq!(code(tx.accounts().insert_account(&double).await), "slug-taken");
    }
}

both! {
    a_part_of_a_name_finds_it_in_any_case(db) {
        let account = db.account("a").await;
        for name in ["Срочно", "Отчёт 100%", "a_b", "AxB", "[x]"] {
            tag(&db, account, name).await.unwrap();
        }
        let ctx = db.system();
        for (q, found) in [("СРОЧ", "Срочно"), ("чёт", "Отчёт 100%"), ("0%", "Отчёт 100%"), ("A_B", "a_b"), ("xb", "AxB"), ("[x", "[x]")] {
            let names: Vec<_> = list_tags(&ctx, &[], Some(q), &PageRequest::first(9)).await.unwrap().items.into_iter().map(|t| t.name).collect();
            assert_eq!(names, [found], "{q}");
        }
    }
}

both! {
    pages_follow_one_another(db) {
        let account = db.account("a").await;
        for name in ["д", "а", "в", "б", "г"] {
            tag(&db, account, name).await.unwrap();
        }
        let (ctx, mut page, mut names) = (db.system(), PageRequest::first(2), Vec::new());
        loop {
            let found = list_tags(&ctx, &[account], None, &page).await.unwrap();
            names.extend(found.items.into_iter().map(|t| t.name));
            page.cursor = found.next_cursor;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(names, ["а", "б", "в", "г", "д"]);
    }
}

both! {
    a_deleted_tag_is_on_nothing(db) {
        let account = db.account("a").await;
        let admin = db.person("admin", Role::Admin, account).await;
        let (one, two) = (tag(&db, account, "one").await.unwrap(), tag(&db, account, "two").await.unwrap());
        let template = template(&db, account, "T", &[&one, &two]).await.unwrap();
        let project = db.project(account, "ERP").await;
        let task = db.task(&admin, project, "task", false).await.task;
        let with = tasktrack_domain::tasks::TaskChange { tag_ids: Some(vec![one.id, two.id]), ..Default::default() };
        let name = tasktrack_domain::tasks::queries::TaskName::Id(task.id);
        tasktrack_domain::tasks::commands::update_task(&db.ctx(&admin), &name, with).await.unwrap();
        delete_tag(&db.system(), one.id).await.unwrap();
        let left = get_template(&db.system(), template.id).await.unwrap();
        assert_eq!(left.tags.iter().map(|t| t.id).collect::<Vec<_>>(), [two.id]);
        assert_eq!((left.estimated_hours, left.checklist), (Some(1.5), vec!["one".to_owned()]));
        let task = db.read().await.tasks().find(task.id).await.unwrap().unwrap();
        assert_eq!(task.tags.iter().map(|t| t.id).collect::<Vec<_>>(), [two.id]);
    }
}

both! {
    ids_are_taken_once(db) {
        let account = db.account("a").await;
        let all: Vec<_> = (0..8).map(|n| {
            let db = db.clone();
            tokio::spawn(async move { tag(&db, account, &format!("tag {n}")).await.unwrap().id })
        }).collect();
        let mut ids = std::collections::BTreeSet::new();
        for one in all {
            ids.insert(one.await.unwrap());
        }
        assert_eq!(ids.len(), 8);
    }
}
