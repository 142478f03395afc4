//! People and sign-in.
//!
//! Invariants: passwords are stored as Argon2id hashes only, refresh tokens as SHA-256 only; a refresh token is used once (a repeat within
//! 30 s gives the same successor, later it ends the family); a session that ended lets nobody in, whatever the token says; role and
//! account are never read from a request body.

pub mod favourites;
pub mod preferences;
pub mod sessions;
pub mod signin;
pub mod users;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Role;
use crate::event::words;
use crate::ids::UserId;
use crate::refs::PersonRef;

words! {
    /// Who may register.
    Registration {
        /// Nobody without an invitation.
        Invite = "invite",
        /// Anybody: they get an account of their own.
        NewAccount = "new-account",
        Off = "off"
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub public_id: Uuid,
    /// Unique over all, lower case.
    pub email: String,
    pub name: String,
    pub phone: Option<String>,
    pub role: Role,
    /// `ru` or `en`.
    pub language: String,
    pub time_zone: Tz,
    /// `#RRGGBB`.
    pub avatar_color: String,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

impl User {
    /// As others see them.
    pub fn as_ref(&self) -> PersonRef {
        PersonRef { id: self.id, name: self.name.clone(), avatar_color: self.avatar_color.clone() }
    }
}

/// A person with what sign-in needs.
#[derive(Clone, Debug)]
pub struct UserAuth {
    pub user: User,
    /// PHC string; `None`: cannot sign in by password.
    pub password_hash: Option<String>,
}

/// A session to store.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: Uuid,
    pub user_id: UserId,
    /// SHA-256 of the refresh token, hex.
    pub refresh_hash: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: Option<String>,
    pub address: Option<String>,
}

/// A session with its refresh tokens.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: Uuid,
    pub user_id: UserId,
    pub refresh_hash: String,
    /// Hash of the token before.
    pub previous_hash: Option<String>,
    /// The successor that the token before was answered with, sealed with a key derived from that token (so that the table alone gives
    /// nothing away).
    pub successor: Option<String>,
    /// When the token before was used.
    pub rotated_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A signing key as stored: the private part sealed by the master key.
#[derive(Clone, Debug)]
pub struct SigningKeyRow {
    pub kid: String,
    /// SPKI PEM.
    pub public_pem: String,
    /// AES-256-GCM of the PKCS#8 DER, base64.
    pub sealed_private: String,
    pub created_at: DateTime<Utc>,
}

/// Colours for avatars; white initials are readable on each.
pub const AVATAR_COLORS: [&str; 7] = ["#8A4B2A", "#2F5D8C", "#7A3E6D", "#3F6B3A", "#8A5A00", "#4A4E8C", "#0C666F"];
