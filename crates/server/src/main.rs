//! Task Track: one program for people, scripts and the ERP.

use clap::{Parser, Subcommand};

use tasktrack_server::config::Config;
use tasktrack_server::{commands, logging};

/// A list is some thousand small strings: the C library's allocator takes longer for them and keeps more afterwards. Without huge pages
/// (`no_thp`), which would double what an idle program holds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The issue and task tracker for teams that implement and support ERP systems.
#[derive(Parser)]
#[command(name = "tasktrack", version, about, after_help = "Settings are environment variables: tasktrack doctor --settings")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run it: HTTP, sequencer, relay, consumer
    #[command(after_help = "Example: tasktrack serve --demo")]
    Serve {
        /// Fill an empty database with demo data
        #[arg(long)]
        demo: bool,
        /// Parts to run: api, worker, relay, consumer (default: TASKTRACK_ROLES)
        #[arg(long)]
        roles: Option<String>,
    },
    /// Bring the database schema up to date
    Migrate,
    /// Fill an empty database with demo data
    Demo,
    /// People
    User {
        #[command(subcommand)]
        command: commands::user::UserCommand,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print the AsyncAPI document, or write the message schemas into a folder
    Asyncapi {
        /// Folder for openapi/events/*.schema.json
        #[arg(long)]
        schemas: Option<std::path::PathBuf>,
    },
    /// Messages that could not be applied
    DeadLetters {
        #[command(subcommand)]
        command: commands::dead_letters::DeadLetterCommand,
    },
    /// Check settings and services
    Doctor {
        /// List all settings
        #[arg(long)]
        settings: bool,
        /// The same as JSON
        #[arg(long)]
        settings_json: bool,
    },
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let result = run(cli);
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tasktrack: {}", error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": "));
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    match &cli.command {
        Command::Openapi => return commands::documents::openapi(),
        Command::Asyncapi { schemas } => return commands::documents::asyncapi(schemas.as_deref()),
        Command::Doctor { settings: true, .. } => return commands::doctor::settings(false),
        Command::Doctor { settings_json: true, .. } => return commands::doctor::settings(true),
        _ => {}
    }
    let mut config = Config::from_env()?;
    if let Command::Serve { roles: Some(roles), .. } = &cli.command {
        config.roles = roles.parse()?;
    }
    logging::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(config.workers.max(2)).build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { demo, .. } => commands::serve::serve(config, demo).await,
            Command::Migrate => commands::migrate(config).await,
            Command::Demo => commands::demo(config).await,
            Command::User { command } => commands::user::run(config, command).await,
            Command::DeadLetters { command } => commands::dead_letters::run(config, command).await,
            Command::Doctor { .. } => commands::doctor::run(config).await,
            Command::Openapi | Command::Asyncapi { .. } => Ok(()),
        }
    })
}
