//! `dead-letters`: list, show, resend, discard.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use tasktrack_domain::ids::DeadLetterId;
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::sync::dead_letters::{discard_dead_letter, get_dead_letter, list_dead_letters, resend_dead_letter};

use crate::base::Base;
use crate::config::Config;

#[derive(Subcommand)]
pub enum DeadLetterCommand {
    /// Open ones, newest first
    List {
        /// open, resent, discarded or any
        #[arg(long, default_value = "open")]
        state: String,
        /// Only with this code
        #[arg(long)]
        code: Option<String>,
        /// Only from this source
        #[arg(long)]
        source: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// One, whole, as JSON
    Show { id: i64 },
    /// Apply again, with other bytes where given
    Resend {
        id: i64,
        /// File with the corrected message
        #[arg(long)]
        payload: Option<std::path::PathBuf>,
    },
    /// Give up
    Discard {
        id: i64,
        #[arg(long)]
        reason: String,
    },
}

pub async fn run(config: Config, command: DeadLetterCommand) -> Result<()> {
    let base = Base::open(config, false).await?;
    let ctx = base.cli();
    let said = |error: tasktrack_domain::Error| match error {
        tasktrack_domain::Error::Invalid(violations) => {
            anyhow!("{}", violations.iter().map(|v| format!("{} at {}: {}", v.code, v.pointer, v.detail)).collect::<Vec<_>>().join("; "))
        }
        other => anyhow!("{other}"),
    };
    match command {
        DeadLetterCommand::List { state, code, source, limit } => {
            let state = match state.as_str() {
                "any" => None,
                "open" | "resent" | "discarded" => Some(state.as_str()),
                other => bail!("--state: {other} is none of open, resent, discarded, any"),
            };
            let page = PageRequest::new(Some(limit), None).map_err(said)?;
            let letters = list_dead_letters(&ctx, state, code.as_deref(), source.as_deref(), &page).await.map_err(said)?;
            for letter in &letters.items {
                let place = format!("{}/{}/{}", letter.message.topic, letter.message.partition, letter.message.offset);
                println!("{}\t{}\t{}\t{}\t{}", letter.id, letter.code, letter.source.as_deref().unwrap_or("-"), place, letter.detail);
            }
            if letters.items.is_empty() {
                println!("none");
            }
        }
        DeadLetterCommand::Show { id } => {
            let letter = get_dead_letter(&ctx, DeadLetterId(id)).await.map_err(said)?;
            println!("{}", serde_json::to_string_pretty(&letter)?);
            println!("{}", String::from_utf8_lossy(&letter.message.payload()));
        }
        DeadLetterCommand::Resend { id, payload } => {
            let payload = payload.map(std::fs::read_to_string).transpose()?;
            let letter = resend_dead_letter(&ctx, DeadLetterId(id), payload).await.map_err(said)?;
            println!("{} {}", letter.id, letter.state);
        }
        DeadLetterCommand::Discard { id, reason } => {
            let letter = discard_dead_letter(&ctx, DeadLetterId(id), reason).await.map_err(said)?;
            println!("{} {}", letter.id, letter.state);
        }
    }
    Ok(())
}
