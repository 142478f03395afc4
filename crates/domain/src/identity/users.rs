//! People: seeing them, changing oneself, making the first ones.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use validator::ValidateEmail as _;

use super::{AVATAR_COLORS, User};
use crate::accounts::Account;
use crate::actor::Role;
use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes};
use crate::gateways::Signal;
use crate::ids::{AccountId, ProjectId, UserId};
use crate::page::{Page, PageRequest};
use crate::ports::Tx;
use crate::text::{Check, NAME_MAX};

/// Oneself, with the accounts one may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    #[serde(flatten)]
    pub user: User,
    pub accounts: Vec<Account>,
}

/// What people may change of themselves; absent keeps.
#[derive(Clone, Debug, Default)]
pub struct ProfileInput {
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub language: Option<String>,
    pub time_zone: Option<String>,
    pub avatar_color: Option<String>,
}

/// A new person.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: String,
    pub time_zone: String,
    pub password: Option<String>,
}

impl User {
    pub(crate) fn told(self, event_type: EventType, changes: Map<String, Value>) -> Change<Self> {
        let event = NewEvent {
            aggregate: Aggregate::User,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: None,
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), ..Payload::default() },
        };
        Change::new(self, vec![event])
    }
}

/// Checks an e-mail address as far as can be done without sending to it.
pub fn check_email(email: &str, check: &mut Check) {
    if !email.validate_email() || email.len() > 254 || !email.rsplit('@').next().is_some_and(|domain| domain.contains('.')) {
        check.add("/email", "email", "an address like name@example.com");
    }
}

/// A password of at least 8 characters that is not among the most common ones.
pub fn check_password(password: &str, email: &str, check: &mut Check) {
    const COMMON: &[&str] = &[
        "password",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwertyuiop",
        "password1",
        "iloveyou",
        "11111111",
        "00000000",
        "qwerty123",
        "1q2w3e4r",
        "1qaz2wsx",
        "abc12345",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "zaq12wsx",
        "пароль123",
        "йцукенгш",
        "qazwsxedc",
        "letmein1",
        "welcome1",
        "admin123",
        "password123",
        "87654321",
        "88888888",
        "1qazxsw2",
        "asdfghjk",
        "asdfghjkl",
        "trustno1",
        "starwars",
    ];
    let count = password.chars().count();
    if !(8..=256).contains(&count) {
        check.add("/password", "password-length", format!("from 8 to 256 characters, here {count}"));
    } else if COMMON.contains(&password.to_lowercase().as_str()) || password.eq_ignore_ascii_case(email) {
        check.add("/password", "password-common", "this password is among the first that are tried");
    }
}

/// Inserts a person with a first event.
pub(crate) async fn insert_user(ctx: &Ctx, tx: &mut dyn Tx, new: NewUser) -> Result<User> {
    let mut check = Check::default();
    let email = new.email.trim().to_lowercase();
    check_email(&email, &mut check);
    check.text("/name", &new.name, 1, NAME_MAX);
    if !matches!(new.language.as_str(), "ru" | "en") {
        check.add("/language", "language", "ru or en");
    }
    let time_zone = new.time_zone.parse().unwrap_or_else(|_| {
        check.add("/time_zone", "time-zone", "an IANA name like Europe/Moscow");
        chrono_tz::UTC
    });
    check.done()?;
    let hash = match new.password {
        Some(password) => Some(ctx.world.passwords.hash(password).await?),
        None => None,
    };
    let id = tx.people().next_user_id().await?;
    let now = ctx.now();
    let color = usize::try_from(id.0).ok().and_then(|n| AVATAR_COLORS.get(n % AVATAR_COLORS.len())).copied().unwrap_or("#2F5D8C");
    let user = User {
        id,
        public_id: ctx.world.clock.uuid(),
        email,
        name: new.name.trim().to_owned(),
        phone: None,
        role: new.role,
        language: new.language,
        time_zone,
        avatar_color: color.to_owned(),
        active: true,
        created_at: now,
        updated_at: now,
        version: 1,
        event_seq: 1,
    };
    tx.people().save_user(user.told(EventType::UserCreated, Map::new()), hash).await
}

/// Where a person made by the operator belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Nowhere yet.
    Nowhere,
    Account(AccountId),
    /// The only account; where there is none, a new one; where there are several, nowhere.
    Default,
}

/// A person made by the operator (`tasktrack user create`).
pub async fn create_user(ctx: &Ctx, new: NewUser, home: Home) -> Result<User> {
    let mut check = Check::default();
    if let Some(password) = &new.password {
        check_password(password, &new.email, &mut check);
    }
    check.done()?;
    let ctx = &ctx.as_system();
    let mut tx = ctx.begin().await?;
    let user = insert_user(ctx, &mut *tx, new).await?;
    let accounts = tx.accounts().list_accounts(&PageRequest::first(2)).await?.items;
    let account = match (home, accounts.as_slice()) {
        (Home::Account(id), _) => Some(id),
        (Home::Default, []) => Some(super::signin::own_account(ctx, &mut *tx, &user).await?.id),
        (Home::Default, [only]) => Some(only.id),
        (Home::Default | Home::Nowhere, _) => None,
    };
    if let Some(account) = account {
        tx.accounts().permit(account, user.id).await?;
    }
    ctx.commit(tx, &user).await?;
    Ok(user)
}

/// Oneself.
pub async fn get_me(ctx: &Ctx) -> Result<Me> {
    let id = ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    let mut tx = ctx.as_system().read().await?;
    let user = tx.people().find_user(id).await?.or_not_found("user", id)?;
    drop(tx);
    let accounts = ctx.read().await?.accounts().list_accounts(&PageRequest::first(PageRequest::MAX)).await?.items;
    Ok(Me { user, accounts })
}

/// Changes oneself.
pub async fn update_me(ctx: &Ctx, input: ProfileInput) -> Result<Me> {
    let id = ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    let mut check = Check::default();
    let mut tx = ctx.as_system().begin().await?;
    let before = tx.people().find_user(id).await?.or_not_found("user", id)?;
    if ctx.if_match.is_some_and(|version| version != before.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(before)) });
    }
    let mut after = before.clone();
    if let Some(name) = input.name {
        check.text("/name", &name, 1, NAME_MAX);
        name.trim().clone_into(&mut after.name);
    }
    if let Some(phone) = input.phone {
        check.text("/phone", phone.as_deref().unwrap_or_default(), 0, 50);
        after.phone = phone.filter(|p| !p.is_empty());
    }
    if let Some(language) = input.language {
        if !matches!(language.as_str(), "ru" | "en") {
            check.add("/language", "language", "ru or en");
        }
        after.language = language;
    }
    if let Some(zone) = input.time_zone {
        match zone.parse() {
            Ok(zone) => after.time_zone = zone,
            Err(_) => check.add("/time_zone", "time-zone", "an IANA name like Europe/Moscow"),
        }
    }
    if let Some(color) = input.avatar_color {
        check.color("/avatar_color", &color);
        after.avatar_color = color;
    }
    check.done()?;
    let changes = changes(&json!(before), &json!(after), &["name", "phone", "language", "time_zone", "avatar_color"]);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.people().save_user(after.told(EventType::UserUpdated, changes), None).await?;
    }
    let accounts = ctx.read().await?.accounts().list_accounts(&PageRequest::first(PageRequest::MAX)).await?.items;
    let me = Me { user: after, accounts };
    ctx.commit(tx, &me).await?;
    ctx.signal(Signal::AccessChanged { user_id: Some(id.0) }).await;
    Ok(me)
}

/// People who share an account with the actor, by name.
pub async fn list_users(
    ctx: &Ctx,
    accounts: &[AccountId],
    project: Option<ProjectId>,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<User>> {
    ctx.read().await?.people().list_users(accounts, project, q, page).await
}

/// A visible person.
pub async fn get_user(ctx: &Ctx, id: UserId) -> Result<User> {
    ctx.read().await?.people().find_user(id).await?.or_not_found("user", id)
}
