//! Tickets for live connections: a browser can't send headers with a WebSocket.

use actix_web::post;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::realtime::ticket;
use crate::{respond, schema};

/// Get a ticket for one live connection
#[utoipa::path(tag = "live", responses((status = 200, body = schema::LiveTicket)))]
#[post("/live/ticket")]
pub async fn create_live_ticket(caller: Caller) -> Answer {
    respond::ok(&ticket::issue(&caller.http, &caller.actor).await?)
}
