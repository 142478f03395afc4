//! Demo data: made through the use cases, so that it is a possible state with a real history.

mod clock;
mod extras;
mod texts;

use std::sync::Arc;

use anyhow::{Result, anyhow};
use chrono::{DateTime, Duration, Utc};
use tasktrack_domain::Error;
use tasktrack_domain::accounts::Account;
use tasktrack_domain::actor::{Actor, ProjectRole, Role};
use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::identity::User;
use tasktrack_domain::identity::users::{Home, NewUser, create_user};
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TaskId};
use tasktrack_domain::projects::commands::{ProjectInput, create_project, set_member};
use tasktrack_domain::sync::integrations::{NewIntegration, create_integration};
use tasktrack_domain::tasks::commands::{add_comment, create_task, update_task};
use tasktrack_domain::tasks::queries::TaskName;
use tasktrack_domain::tasks::tag::{TagInput, create_tag};
use tasktrack_domain::tasks::template::{TemplateInput, create_template};
use tasktrack_domain::tasks::{NewTask, Priority, Status, TaskChange};

use clock::DemoClock;

/// The password of all demo people.
pub const PASSWORD: &str = "tasktrack";

/// Fills an empty database; false where there are people already.
pub async fn seed(world: &Arc<World>) -> Result<bool> {
    let system = Ctx::new(world.clone(), Actor::system(), Cause::of(CauseKind::Demo));
    if system.read().await.map_err(plain)?.people().count_users().await.map_err(plain)? > 0 {
        return Ok(false);
    }
    let now = world.clock.now();
    let clock = Arc::new(DemoClock::new(now - Duration::days(60)));
    let world = Arc::new(World { clock: clock.clone(), ..World::clone(world) });
    let demo = Demo::people(&world, clock, now).await.map_err(plain)?;
    demo.fill().await.map_err(plain)?;
    Ok(true)
}

fn plain(error: Error) -> anyhow::Error {
    anyhow!("demo data: {error}")
}

type Done<T = ()> = tasktrack_domain::Result<T>;

/// A small generator with a fixed seed: the demo looks the same everywhere.
struct Dice(std::sync::Mutex<u64>);

impl Dice {
    fn below(&self, bound: usize) -> usize {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((*state >> 33) % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }
    fn one<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
    fn chance(&self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

struct Demo {
    clock: Arc<DemoClock>,
    dice: Dice,
    now: DateTime<Utc>,
    manager: Ctx,
    worker: Ctx,
    client: Ctx,
    people: Vec<User>,
}

impl Demo {
    async fn people(world: &Arc<World>, clock: Arc<DemoClock>, now: DateTime<Utc>) -> Done<Self> {
        let system = Ctx::new(world.clone(), Actor::system(), Cause::of(CauseKind::Demo));
        let mut people = Vec::new();
        for (mail, name, role, language) in [
            ("admin", "Анна Лебедева", Role::Admin, "ru"),
            ("manager", "Мария Орлова", Role::Manager, "ru"),
            ("worker", "Иван Петров", Role::Worker, "ru"),
            ("finance", "Helen Fischer", Role::Finance, "en"),
            ("client", "Клара Новикова", Role::Worker, "ru"),
            ("erp-1c", "1С:ERP", Role::Worker, "ru"),
        ] {
            let new = NewUser {
                email: format!("{mail}@example.com"),
                name: name.to_owned(),
                role,
                language: language.to_owned(),
                time_zone: "Europe/Moscow".to_owned(),
                // The integration's user signs in nowhere.
                password: (mail != "erp-1c").then(|| PASSWORD.to_owned()),
            };
            people.push(create_user(&system, new, Home::Nowhere).await?);
        }
        let account = Self::account(&system, &people).await?;
        let ctx = |actor: Actor| Ctx::new(world.clone(), actor, Cause::of(CauseKind::Demo));
        let [_, manager, worker, finance, client, erp] = people.as_slice() else {
            return Err(Error::internal("six people"));
        };
        let admin = ctx(load(&system, people.first()).await?);
        Self::projects(&admin, account, manager, worker, finance, client).await?;
        let erp_project = admin.read().await?.projects().first_project().await?.map(|place| place.project.id).unwrap_or_default();
        create_integration(&admin, NewIntegration { source: "1c".into(), account_id: account, project_id: erp_project, user_id: erp.id })
            .await?;
        Ok(Self {
            manager: ctx(load(&system, Some(manager)).await?),
            worker: ctx(load(&system, Some(worker)).await?),
            client: ctx(load(&system, Some(client)).await?),
            clock,
            dice: Dice(std::sync::Mutex::new(20_261_121)),
            now,
            people,
        })
    }

    async fn account(system: &Ctx, people: &[User]) -> Done<AccountId> {
        let mut tx = system.begin().await?;
        let account = Account {
            id: AccountId(0),
            slug: "alpha".into(),
            name: "Альфа-Консалтинг".into(),
            language: "ru".into(),
            time_zone: chrono_tz::Europe::Moscow,
            currency: "RUB".into(),
            manager_id: people.get(1).map(|u| u.id),
            created_at: system.now(),
            expires_at: None,
        };
        let account = tx.accounts().insert_account(&account).await?;
        for user in people {
            tx.accounts().permit(account.id, user.id).await?;
        }
        system.commit(tx, &()).await?;
        Ok(account.id)
    }

    async fn projects(admin: &Ctx, account: AccountId, manager: &User, worker: &User, finance: &User, client: &User) -> Done {
        for (key, name, description) in texts::PROJECTS {
            let input = ProjectInput {
                key: Some((*key).into()),
                name: Some((*name).into()),
                description: Some((*description).into()),
                manager_id: Some(Some(manager.id)),
                account_id: Some(account),
                ..ProjectInput::default()
            };
            let project = create_project(admin, input).await?.project.id;
            set_member(admin, project, manager.id, ProjectRole::ProjectManager, None, Some("Руководитель проекта".into())).await?;
            set_member(admin, project, worker.id, ProjectRole::Developer, None, Some("Программист 1С".into())).await?;
            set_member(admin, project, finance.id, ProjectRole::Analyst, None, None).await?;
            if *key == "ERP" {
                set_member(admin, project, client.id, ProjectRole::Client, Some("Бухгалтерия".into()), Some("Главный бухгалтер".into()))
                    .await?;
            }
        }
        Ok(())
    }

    async fn fill(&self) -> Done {
        let tags = self.tags().await?;
        let mut tx = self.manager.read().await?;
        let page = tasktrack_domain::page::PageRequest::first(10);
        let projects = tx.projects().list_projects(&[], None, false, &page).await?.items;
        drop(tx);
        for project in &projects {
            let Some(titles) = texts::titles(&project.key) else { continue };
            for (at, title) in titles.iter().enumerate() {
                self.task(project.id, title, &tags, at, titles.len()).await?;
            }
        }
        self.templates(&tags).await?;
        self.extras(&projects.iter().map(|project| project.id).collect::<Vec<_>>()).await
    }

    async fn tags(&self) -> Done<Vec<TagId>> {
        let mut ids = Vec::new();
        for (name, color) in texts::TAGS {
            let input = TagInput { name: Some((*name).into()), color: Some((*color).into()), account_id: None };
            ids.push(create_tag(&self.manager, input).await?.id);
        }
        Ok(ids)
    }

    /// One task with its life up to now: the earlier it was made, the further it is.
    async fn task(&self, project: ProjectId, title: &str, tags: &[TagId], at: usize, of: usize) -> Done {
        let dice = &self.dice;
        let day = i64::try_from(at * 58 / of.max(1)).unwrap_or(0);
        let start =
            self.now - Duration::days(58 - day) + Duration::minutes(i64::try_from(dice.below(500)).unwrap_or(0)) - Duration::hours(9);
        self.clock.set(start.min(self.now - Duration::hours(2)));
        let owner = if dice.chance(75) { self.people.get(if dice.chance(70) { 2 } else { 1 }).map(|u| u.id) } else { None };
        let due = dice.chance(70).then(|| start + Duration::days(i64::try_from(3 + dice.below(40)).unwrap_or(7)));
        let shared = dice.chance(30);
        let fields = TaskChange {
            description: dice.chance(60).then(|| dice.one(texts::DESCRIPTIONS).copied().unwrap_or_default().to_owned()),
            priority: dice
                .one(&[
                    Priority::Low,
                    Priority::Medium,
                    Priority::Medium,
                    Priority::Medium,
                    Priority::High,
                    Priority::High,
                    Priority::Urgent,
                ])
                .copied(),
            due_date: due.map(|d| Some(d.date_naive().format("%Y-%m-%dT18:00:00+03:00").to_string())),
            estimated_hours: dice.chance(50).then(|| Some([1.0, 2.0, 4.0, 8.0, 16.0][dice.below(5)])),
            tag_ids: Some((0..dice.below(3)).filter_map(|_| dice.one(tags).copied()).collect()),
            client_visible: Some(shared),
            ..TaskChange::default()
        };
        let by = if shared && dice.chance(25) { &self.client } else { &self.manager };
        let fields =
            if by.actor.id() == self.client.actor.id() { TaskChange { tag_ids: None, client_visible: None, ..fields } } else { fields };
        let owner_id = if by.actor.id() == self.client.actor.id() { None } else { owner };
        let new = NewTask { title: title.to_owned(), project_id: Some(project), owner_id, fields, ..NewTask::default() };
        // A client writes only where they are one.
        let created = match create_task(by, new.clone()).await {
            Ok(view) => view,
            Err(_) => create_task(&self.manager, new).await?,
        };
        let id = created.task.id;
        if dice.chance(40) {
            self.sub_tasks(project, id).await?;
        }
        self.life(id, at * 100 / of.max(1), shared).await
    }

    async fn sub_tasks(&self, project: ProjectId, parent: TaskId) -> Done {
        let first = self.dice.below(3);
        for title in texts::STEPS.iter().skip(first).take(2 + self.dice.below(3)) {
            self.clock.advance(Duration::minutes(3));
            let owner_id = self.people.get(2).map(|u| u.id);
            let new =
                NewTask { title: (*title).into(), project_id: Some(project), parent_id: Some(parent), owner_id, ..NewTask::default() };
            let step = create_task(&self.manager, new).await?;
            if self.dice.chance(45) {
                self.clock.advance(Duration::hours(5));
                self.status(&self.manager, step.task.id, Status::Done).await?;
            }
        }
        Ok(())
    }

    /// `recent`: 0 for the oldest task, 100 for the newest.
    async fn life(&self, id: TaskId, recent: usize, shared: bool) -> Done {
        let dice = &self.dice;
        let name = TaskName::Id(id);
        let steps: &[Status] = if recent > 88 || dice.chance(recent / 3) {
            &[]
        } else if dice.chance(20 + recent / 3) {
            dice.one(&[&[Status::InProgress][..], &[Status::InProgress, Status::Waiting], &[Status::InProgress, Status::Testing]])
                .unwrap_or(&&[][..])
        } else if dice.chance(55) {
            &[Status::InProgress, Status::Testing, Status::Done]
        } else {
            &[Status::InProgress, Status::Waiting, Status::InProgress, Status::Done, Status::Closed]
        };
        for status in steps {
            self.clock.advance(Duration::minutes(i64::try_from(40 + dice.below(2400)).unwrap_or(60)));
            if self.clock.is_past(self.now - Duration::minutes(20)) {
                self.clock.set(self.now - Duration::minutes(20));
            }
            self.status(&self.manager, id, *status).await?;
            if dice.chance(40) {
                let comment = dice.one(texts::COMMENTS).copied().unwrap_or_default();
                self.clock.advance(Duration::minutes(7));
                add_comment(if dice.chance(60) { &self.worker } else { &self.manager }, &name, comment, !shared && dice.chance(20)).await?;
            }
            if shared && dice.chance(25) {
                self.clock.advance(Duration::minutes(9));
                let comment = dice.one(texts::CLIENT_COMMENTS).copied().unwrap_or_default();
                // Outside their project the client sees nothing, and says nothing.
                let _ = add_comment(&self.client, &name, comment, false).await;
            }
            if dice.chance(12) {
                let change = TaskChange { priority: Some(Priority::High), ..TaskChange::default() };
                update_task(&self.manager, &name, change).await?;
            }
        }
        if steps.last() == Some(&Status::Closed) && dice.chance(25) {
            update_task(&self.manager, &name, TaskChange { archived: Some(true), ..TaskChange::default() }).await?;
        }
        Ok(())
    }

    async fn status(&self, ctx: &Ctx, id: TaskId, to: Status) -> Done {
        update_task(ctx, &TaskName::Id(id), TaskChange { status: Some(to), ..TaskChange::default() }).await.map(|_| ())
    }

    async fn templates(&self, tags: &[TagId]) -> Done {
        self.clock.set(self.now - Duration::days(30));
        for (name, title, checklist) in texts::TEMPLATES {
            let input = TemplateInput {
                name: Some((*name).into()),
                title: Some((*title).into()),
                checklist: Some(checklist.iter().map(|c| (*c).to_owned()).collect()),
                tag_ids: Some(tags.iter().take(1).copied().collect()),
                ..TemplateInput::default()
            };
            create_template(&self.manager, input).await?;
        }
        Ok(())
    }
}

async fn load(system: &Ctx, user: Option<&User>) -> Done<Actor> {
    let id = user.map(|u| u.id).ok_or_else(|| Error::internal("a demo person"))?;
    system.read().await?.people().load_actor_of(id, system.now()).await?.ok_or_else(|| Error::internal("a demo person"))
}

/// What `serve --demo` prints.
pub fn greeting(public_url: &str) -> String {
    format!(
        "\n  Task Track   {public_url}\n  log in       admin@example.com, manager@, worker@, finance@, client@example.com\n  password     {PASSWORD}\n  API          {public_url}/docs\n"
    )
}
