//! Registering, logging in, refreshing, logging out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::users::{NewUser, check_password, insert_user};
use super::{NewSession, Registration, SessionRow, User};
use crate::accounts::Account;
use crate::actor::{Actor, Role, Scope};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload};
use crate::gateways::{PasswordCheck, Signal};
use crate::ids::AccountId;
use crate::ports::Tx;
use crate::text::Check;

/// A session lives so long without a refresh … and no longer than this in all.
const SESSION_DAYS: i64 = 30;
/// A used refresh token is answered with the same successor for so long (a second tab, a lost answer).
const GRACE_SECONDS: i64 = 30;

/// What sign-in gives: who, which session, the refresh token (seen here once).
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: User,
    pub session: Uuid,
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
}

/// Where a sign-in comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub user_agent: Option<String>,
    pub address: Option<String>,
}

const BAD: Error = Error::Unauthenticated { code: "bad-credentials" };
const NOBODY: Error = Error::Unauthenticated { code: "unauthenticated" };

/// Makes a person with an account of their own, which they manage (where registration is open), and signs them in.
pub async fn register(
    ctx: &Ctx,
    email: String,
    password: String,
    name: String,
    language: String,
    time_zone: String,
    origin: Origin,
) -> Result<SignedIn> {
    if ctx.world.settings.registration != Registration::NewAccount {
        return Err(Error::Forbidden { code: "registration-closed", detail: "ask an administrator for an invitation".into() });
    }
    let mut check = Check::default();
    check_password(&password, &email, &mut check);
    check.done()?;
    let ctx = &ctx.as_system();
    let new = NewUser { email, name, role: Role::Worker, language, time_zone, password: None };
    // Hashing is slow; it is done before the transaction opens.
    let hash = ctx.world.passwords.hash(password).await?;
    let mut tx = ctx.begin().await?;
    let user = insert_user(ctx, &mut *tx, new).await?;
    tx.people().rehash(user.id, hash).await?;
    own_account(ctx, &mut *tx, &user).await?;
    let signed_in = open_session(ctx, &mut *tx, user, origin).await?;
    ctx.commit(tx, &()).await?;
    Ok(signed_in)
}

/// An account of which `user` is owner and manager.
pub(crate) async fn own_account(ctx: &Ctx, tx: &mut dyn Tx, user: &User) -> Result<Account> {
    let account = Account {
        id: AccountId(0),
        slug: format!("account-{}", user.id),
        name: user.name.clone(),
        language: user.language.clone(),
        time_zone: user.time_zone,
        currency: if user.language == "ru" { "RUB" } else { "EUR" }.to_owned(),
        manager_id: Some(user.id),
        created_at: ctx.now(),
        expires_at: None,
    };
    let account = tx.accounts().insert_account(&account).await?;
    tx.accounts().permit(account.id, user.id).await?;
    Ok(account)
}

/// Signs in by password. An unknown address and a wrong password look and last the same. The failure is an event of its own
/// transaction: it survives whatever becomes of the request.
pub async fn log_in(ctx: &Ctx, email: &str, password: String, origin: Origin) -> Result<SignedIn> {
    let email = email.trim().to_lowercase();
    let ctx = &ctx.as_system();
    let mut tx = ctx.read().await?;
    let found = tx.people().find_auth(&email).await?;
    drop(tx);
    let hash = found.as_ref().and_then(|f| f.password_hash.clone());
    let check = ctx.world.passwords.verify(password.clone(), hash).await?;
    let rehashed = match check {
        PasswordCheck::Right { rehash: true } => Some(ctx.world.passwords.hash(password).await?),
        _ => None,
    };
    match (found, check) {
        (Some(found), PasswordCheck::Right { .. }) if found.user.active => {
            let mut tx = ctx.begin().await?;
            if let Some(hash) = rehashed {
                tx.people().rehash(found.user.id, hash).await?;
            }
            let signed_in = open_session(ctx, &mut *tx, found.user, origin).await?;
            ctx.commit(tx, &()).await?;
            Ok(signed_in)
        }
        (found, _) => {
            let mut tx = ctx.begin().await?;
            let id = found.as_ref().map_or(0, |f| f.user.id.0);
            let reason = if found.is_some() { "password" } else { "unknown" };
            let extra = Map::from_iter([
                ("username".to_owned(), json!(email.chars().take(254).collect::<String>())),
                ("ip_address".to_owned(), json!(origin.address)),
                ("reason".to_owned(), json!(reason)),
            ]);
            session_event(ctx, &mut *tx, id, EventType::UserLoginFailed, None, extra).await?;
            ctx.commit(tx, &()).await?;
            Err(BAD)
        }
    }
}

async fn open_session(ctx: &Ctx, tx: &mut dyn Tx, user: User, origin: Origin) -> Result<SignedIn> {
    let (id, now) = (ctx.world.clock.uuid(), ctx.now());
    let refresh_token = new_token(ctx, id);
    let expires_at = now + Duration::days(SESSION_DAYS);
    let extra = Map::from_iter([("session_id".to_owned(), json!(id)), ("ip_address".to_owned(), json!(origin.address))]);
    tx.people()
        .insert_session(NewSession {
            id,
            user_id: user.id,
            refresh_hash: hash(&refresh_token),
            created_at: now,
            expires_at,
            user_agent: origin.user_agent.map(|a| a.chars().take(300).collect()),
            address: origin.address,
        })
        .await?;
    session_event(ctx, tx, user.id.0, EventType::UserLoggedIn, Some(&user), extra).await?;
    Ok(SignedIn { user, session: id, refresh_token, refresh_expires_at: expires_at })
}

/// Events of sign-in are of aggregate `session`, one stream per person; `aggregate_id` 0 is for addresses that nobody has.
pub(super) async fn session_event(
    ctx: &Ctx,
    tx: &mut dyn Tx,
    id: i64,
    event_type: EventType,
    user: Option<&User>,
    extra: Map<String, Value>,
) -> Result<()> {
    let event_seq = tx.events().next_seq(Aggregate::Session, id).await?;
    let payload = Payload { actor: user.map(User::as_ref), extra, ..Payload::default() };
    let event = NewEvent {
        aggregate: Aggregate::Session,
        aggregate_id: id,
        event_seq,
        account_id: None,
        event_type,
        occurred_at: ctx.now(),
        payload,
    };
    tx.events().append(vec![event]).await
}

/// Gives a new refresh token for the current one. The one before is answered with the same successor for 30 s; any other, or later,
/// ends the session: somebody has a copy.
pub async fn refresh(ctx: &Ctx, token: &str) -> Result<SignedIn> {
    let id = session_of(token).ok_or(NOBODY)?;
    let ctx = &ctx.as_system();
    let mut tx = ctx.begin().await?;
    let now = ctx.now();
    let Some(mut session) = tx.people().lock_session(id).await? else {
        return Err(NOBODY);
    };
    if session.ended_at.is_some() || session.expires_at <= now {
        return Err(NOBODY);
    }
    let given = hash(token);
    let refresh_token = if given == session.refresh_hash {
        let next = new_token(ctx, id);
        session.successor = Some(seal(token, &next));
        session.previous_hash = Some(given);
        session.refresh_hash = hash(&next);
        session.rotated_at = Some(now);
        next
    } else if let (Some(next), true) = (successor(&session, token), within_grace(&session, &given, now)) {
        next
    } else {
        return end_stolen(ctx, tx, session, now).await;
    };
    session.last_seen_at = now;
    tx.people().save_session(&session).await?;
    let Some(user) = tx.people().find_user(session.user_id).await?.filter(|u| u.active) else {
        return Err(NOBODY);
    };
    ctx.commit(tx, &()).await?;
    Ok(SignedIn { user, session: id, refresh_token, refresh_expires_at: session.expires_at })
}

fn within_grace(session: &SessionRow, given: &str, now: DateTime<Utc>) -> bool {
    session.previous_hash.as_deref() == Some(given) && session.rotated_at.is_some_and(|at| now - at <= Duration::seconds(GRACE_SECONDS))
}

fn successor(session: &SessionRow, token: &str) -> Option<String> {
    let next = unseal(token, session.successor.as_deref()?)?;
    // Only if it has not been used itself: then the thief and the owner can't both go on.
    (hash(&next) == session.refresh_hash).then_some(next)
}

async fn end_stolen(ctx: &Ctx, mut tx: Box<dyn Tx>, session: SessionRow, now: DateTime<Utc>) -> Result<SignedIn> {
    tx.people().end_session(session.id, now).await?;
    let extra = Map::from_iter([("session_id".to_owned(), json!(session.id)), ("reason".to_owned(), json!("refresh token used again"))]);
    session_event(ctx, &mut *tx, session.user_id.0, EventType::SessionRevoked, None, extra).await?;
    ctx.commit(tx, &()).await?;
    ctx.signal(Signal::SessionsEnded { sessions: vec![session.id] }).await;
    Err(NOBODY)
}

/// Ends the session of the actor, or of a refresh token. At once: every node forgets it.
pub async fn log_out(ctx: &Ctx, token: Option<&str>) -> Result<()> {
    let by_token = token.and_then(session_of);
    let system = &ctx.as_system();
    let mut tx = system.begin().await?;
    let id = match (by_token, token) {
        (Some(id), Some(token)) => {
            let known = tx.people().lock_session(id).await?;
            let given = hash(token);
            known.filter(|s| s.refresh_hash == given || s.previous_hash.as_deref() == Some(given.as_str())).map(|s| s.id)
        }
        _ => None,
    };
    let Some(id) = id.or(ctx.actor.session) else { return Err(NOBODY) };
    let user = tx.people().lock_session(id).await?.map_or(0, |s| s.user_id.0);
    if tx.people().end_session(id, ctx.now()).await? {
        let extra = Map::from_iter([("session_id".to_owned(), json!(id))]);
        session_event(system, &mut *tx, user, EventType::UserLoggedOut, None, extra).await?;
    }
    system.commit(tx, &()).await?;
    ctx.signal(Signal::SessionsEnded { sessions: vec![id] }).await;
    Ok(())
}

/// The person of a live session with all that decides their rights; the caller remembers it for at most two seconds.
pub async fn load_actor(ctx: &Ctx, session: Uuid) -> Result<Actor> {
    let mut tx = ctx.as_system().read().await?;
    tx.people().load_actor(session, ctx.now()).await?.ok_or(NOBODY)
}

/// An actor who is nobody yet: for sign-in itself.
pub fn nobody() -> Actor {
    Actor { user: None, public_id: None, session: None, role: Role::Worker, scope: std::sync::Arc::new(Scope::default()) }
}

// A refresh token is `tt_rt_<session>_<32 random bytes>`: findable by secret scanners, and an old one still names its session.
fn new_token(ctx: &Ctx, session: Uuid) -> String {
    format!("tt_rt_{}_{}", session.simple(), ctx.world.random.token())
}

fn session_of(token: &str) -> Option<Uuid> {
    let rest = token.strip_prefix("tt_rt_")?;
    Uuid::try_parse(rest.get(..32)?).ok().filter(|_| rest.get(32..33) == Some("_") && token.len() < 200)
}

fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The successor, readable only with the token before: XOR with a key stretched from that (256 random bits, so one hash is enough).
fn seal(token: &str, next: &str) -> String {
    URL_SAFE_NO_PAD.encode(mask(token, next.as_bytes()))
}

fn unseal(token: &str, sealed: &str) -> Option<String> {
    String::from_utf8(mask(token, &URL_SAFE_NO_PAD.decode(sealed).ok()?)).ok()
}

fn mask(token: &str, bytes: &[u8]) -> Vec<u8> {
    let blocks = bytes.chunks(32).enumerate();
    blocks
        .flat_map(|(n, chunk)| {
            let key = Sha256::digest(format!("successor {n} {token}").as_bytes());
            chunk.iter().zip(key).map(|(byte, key)| byte ^ key).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_session_and_unlocks_its_successor() {
        let id = Uuid::parse_str("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").unwrap();
        let (old, next) = (format!("tt_rt_{}_abc", id.simple()), format!("tt_rt_{}_xyzxyzxyz", id.simple()));
        assert_eq!(session_of(&old), Some(id));
        assert_eq!(session_of("tt_rt_zz"), None);
        assert_eq!(session_of("tt_rt_ддддддддддддддддд_"), None);
        assert_eq!(unseal(&old, &seal(&old, &next)), Some(next.clone()));
        assert_ne!(unseal("tt_rt_other", &seal(&old, &next)), Some(next));
    }
}
