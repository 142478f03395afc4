//! The exchange with the ERP: integrations, conflicts, dead letters, how it stands.

use std::collections::BTreeMap;

use actix_web::{get, patch, post, web};
use serde::Deserialize;
use serde_json::{Value, json};
use tasktrack_domain::Error;
use tasktrack_domain::ids::{ConflictId, DeadLetterId, IntegrationId, ProjectId};
use tasktrack_domain::sync::conflicts::{self, Choice};
use tasktrack_domain::sync::integrations::{self, IntegrationInput};
use tasktrack_domain::sync::{ConflictPolicy, DeadLetter, DeletePolicy, IdMode, dead_letters};
use utoipa::ToSchema;

use crate::body::{Body, MaybeBody, clearable, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::{Params, bad};
use crate::{Problem, openapi, respond, schema};

/// Changes of an integration.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntegrationPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::IdMode)]
    id_mode: Option<IdMode>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::DeletePolicy)]
    delete_policy: Option<DeletePolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::ConflictPolicy)]
    conflict_policy: Option<ConflictPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<String, schema::ConflictPolicy>)]
    field_policies: Option<BTreeMap<String, ConflictPolicy>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    project_id: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Chosen {
    Ours,
    Theirs,
    Value,
}

/// How a conflict is settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    #[schema(inline)]
    choice: Chosen,
    /// With `choice` value: what it shall be, in the exchange's vocabulary.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Value)]
    value: Option<Option<Value>>,
}

/// A dead letter sent again, corrected where given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resend {
    #[schema(max_length = 1_000_000)]
    payload: Option<String>,
}

/// Why a dead letter is given up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Discard {
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// List integrations
#[utoipa::path(tag = "exchange", params(openapi::Paging), responses((status = 200, body = schema::IntegrationPage)))]
#[get("/integrations")]
pub async fn list_integrations(caller: Caller, mut params: Params) -> Answer {
    let page = params.page()?;
    params.finish()?;
    respond::ok(&integrations::list_integrations(&caller.reading(), &page).await?)
}

/// Get an integration
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), responses((status = 200, body = schema::Integration)))]
#[get("/integrations/{id}")]
pub async fn get_integration(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    let found = integrations::get_integration(&caller.reading(), IntegrationId(*id)).await?;
    respond::versioned(&found, found.version)
}

/// Change an integration
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), request_body = IntegrationPatch, responses((status = 200, body = schema::Integration)))]
#[patch("/integrations/{id}")]
pub async fn update_integration(caller: Caller, id: web::Path<i64>, body: Body<IntegrationPatch>) -> Answer {
    let IntegrationPatch { enabled, id_mode, delete_policy, conflict_policy, field_policies, project_id } = body.value;
    let input =
        IntegrationInput { enabled, id_mode, delete_policy, conflict_policy, field_policies, project_id: project_id.map(ProjectId) };
    let changed = integrations::update_integration(&caller.writing(200, &body.hash), IntegrationId(*id), input).await?;
    respond::versioned(&changed, changed.version)
}

/// A state to list, `any` being no condition.
fn state(params: &mut Params, states: &[&str]) -> Result<Option<String>, Problem> {
    match params.one("state")? {
        None => Ok(Some("open".to_owned())),
        Some(word) if word == "any" => Ok(None),
        Some(word) if states.contains(&word.as_str()) => Ok(Some(word)),
        Some(_) => Err(bad("state", &format!("must be {} or any", states.join(", ")))),
    }
}

/// List conflicts with the ERP, newest first
#[utoipa::path(tag = "exchange", params(openapi::ConflictFilter, openapi::Paging), responses((status = 200, body = schema::ConflictPage)))]
#[get("/conflicts")]
pub async fn list_conflicts(caller: Caller, mut params: Params) -> Answer {
    let (state, task, page) = (state(&mut params, &["open", "resolved"])?, params.id("task")?, params.page()?);
    params.finish()?;
    respond::ok(&conflicts::list_conflicts(&caller.reading(), state.as_deref(), task, &page).await?)
}

/// Settle a conflict
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), request_body = Resolution, responses((status = 200, body = schema::Conflict)))]
#[post("/conflicts/{id}/resolve")]
pub async fn resolve_conflict(caller: Caller, id: web::Path<i64>, body: Body<Resolution>) -> Answer {
    let choice = match (&body.value.choice, &body.value.value) {
        (Chosen::Ours, None) => Choice::Ours,
        (Chosen::Theirs, None) => Choice::Theirs,
        (Chosen::Value, Some(value)) => Choice::Value(value.clone().unwrap_or_default()),
        (Chosen::Value, None) => return Err(Error::invalid("/value", "required", "choice value needs a value").into()),
        _ => return Err(Error::invalid("/value", "one-of", "only choice value has a value").into()),
    };
    respond::ok(&conflicts::resolve_conflict(&caller.writing(200, &body.hash), ConflictId(*id), choice).await?)
}

/// A letter with its payload as text.
pub(crate) fn shown(letter: &DeadLetter) -> Result<Value, Error> {
    let mut shown = serde_json::to_value(letter).map_err(Error::internal)?;
    if let Some(members) = shown.as_object_mut() {
        members.insert("payload".to_owned(), json!(String::from_utf8_lossy(&letter.message.payload())));
    }
    Ok(shown)
}

/// The letter of an answer, also of one that was given before.
fn letter_answer(result: Result<DeadLetter, Error>) -> Answer {
    match result {
        Ok(letter) => respond::ok(&shown(&letter)?),
        Err(Error::Replayed(mut replay)) => {
            if let Ok(letter) = serde_json::from_value::<DeadLetter>(replay.body.clone()) {
                replay.body = shown(&letter)?;
            }
            Err(Error::Replayed(replay).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// List dead letters, newest first
#[utoipa::path(tag = "exchange", params(openapi::DeadLetterFilter, openapi::Paging), responses((status = 200, body = schema::DeadLetterPage)))]
#[get("/dead-letters")]
pub async fn list_dead_letters(caller: Caller, mut params: Params) -> Answer {
    let state = state(&mut params, &["open", "resent", "discarded"])?;
    let (code, source, page) = (params.one("code")?, params.one("source")?, params.page()?);
    params.finish()?;
    let found = dead_letters::list_dead_letters(&caller.reading(), state.as_deref(), code.as_deref(), source.as_deref(), &page).await?;
    let items = found.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    respond::ok(&json!({"items": items, "next_cursor": found.next_cursor}))
}

/// Get a dead letter
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), responses((status = 200, body = schema::DeadLetter)))]
#[get("/dead-letters/{id}")]
pub async fn get_dead_letter(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    respond::ok(&shown(&dead_letters::get_dead_letter(&caller.reading(), DeadLetterId(*id)).await?)?)
}

/// Send a dead letter again
///
/// Where it fails again, the answer is 422 with the new reason, and the letter stays open.
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), request_body = Option<Resend>, responses((status = 200, body = schema::DeadLetter)))]
#[post("/dead-letters/{id}/resend")]
pub async fn resend_dead_letter(caller: Caller, id: web::Path<i64>, body: MaybeBody<Resend>) -> Answer {
    let ctx = caller.writing(200, &body.0.hash);
    letter_answer(dead_letters::resend_dead_letter(&ctx, DeadLetterId(*id), body.0.value.payload).await)
}

/// Give a dead letter up
#[utoipa::path(tag = "exchange", params(("id" = i64, Path)), request_body = Discard, responses((status = 200, body = schema::DeadLetter)))]
#[post("/dead-letters/{id}/discard")]
pub async fn discard_dead_letter(caller: Caller, id: web::Path<i64>, body: Body<Discard>) -> Answer {
    let ctx = caller.writing(200, &body.hash);
    letter_answer(dead_letters::discard_dead_letter(&ctx, DeadLetterId(*id), body.value.reason).await)
}

/// Get how the exchange stands
#[utoipa::path(tag = "exchange", responses((status = 200, body = schema::ExchangeStatus)))]
#[get("/exchange/status")]
pub async fn get_exchange_status(caller: Caller, params: Params) -> Answer {
    params.finish()?;
    let status = dead_letters::exchange_status(&caller.reading(), &caller.http.bus.relay_cursors).await?;
    let applied = status.inbound.counts.get("applied").copied().unwrap_or_default();
    let ignored = status.inbound.counts.values().sum::<i64>() - applied;
    let (oldest, inbound) = (if status.relay.lag == 0 { None } else { (caller.http.bus.oldest_unsent)() }, status.inbound);
    respond::ok(&json!({
        "relay": {"position": status.relay.position, "head": status.relay.head, "lag": status.relay.lag, "oldest_unsent_seconds": oldest},
        "inbound": {"applied": applied, "ignored": ignored, "parked": inbound.parked, "dead_letters_open": inbound.dead_letters_open, "counts": inbound.counts},
        "kafka": (caller.http.bus.state)(),
        "conflicts_open": status.conflicts_open,
    }))
}
