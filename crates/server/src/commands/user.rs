//! `user create`: the first admin, and people without a browser.

use std::io::Read as _;

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use tasktrack_domain::actor::Role;
use tasktrack_domain::gateways::Random as _;
use tasktrack_domain::identity::users::{Home, NewUser, create_user};
use tasktrack_domain::ids::AccountId;

use crate::base::Base;
use crate::config::Config;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make a person; without --password-stdin a password is made and printed once
    #[command(after_help = "Example: tasktrack user create --email anna@example.com --name Anna --role admin")]
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// admin, manager, finance or worker
        #[arg(long, default_value = "worker")]
        role: String,
        /// ru or en
        #[arg(long, default_value = "ru")]
        language: String,
        /// IANA name
        #[arg(long, default_value = "Europe/Moscow")]
        time_zone: String,
        /// Account to let them into; default: the only one, or a new one
        #[arg(long)]
        account: Option<i64>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

pub async fn run(config: Config, command: UserCommand) -> Result<()> {
    let UserCommand::Create { email, name, role, language, time_zone, account, password_stdin } = command;
    let role: Role = role.parse().map_err(|_| anyhow!("--role: {role} is none of admin, manager, finance, worker"))?;
    let made = (!password_stdin).then(|| tasktrack_auth::OsRandom.token().chars().take(20).collect::<String>());
    let password = match &made {
        Some(made) => made.clone(),
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    let base = Base::open(config, false).await?;
    base.migrate().await?;
    let new = NewUser { email, name, role, language, time_zone, password: Some(password) };
    let home = account.map_or(Home::Default, |id| Home::Account(AccountId(id)));
    match create_user(&base.cli(), new, home).await {
        Ok(user) => {
            println!("{} ({}), id {}", user.email, user.role, user.id);
            if let Some(made) = made {
                println!("password: {made}");
            }
            Ok(())
        }
        Err(tasktrack_domain::Error::Invalid(violations)) => {
            bail!(
                "{}",
                violations.iter().map(|v| format!("{}: {}", v.pointer.trim_start_matches('/'), v.detail)).collect::<Vec<_>>().join("; ")
            )
        }
        Err(error) => Err(anyhow!("{error}")),
    }
}
