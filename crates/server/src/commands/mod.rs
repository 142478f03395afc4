//! One file per subcommand.

pub mod dead_letters;
pub mod doctor;
pub mod documents;
pub mod serve;
pub mod user;

use anyhow::Result;

use crate::base::Base;
use crate::config::Config;

/// `migrate`.
pub async fn migrate(config: Config) -> Result<()> {
    Base::open(config, false).await?.migrate().await?;
    println!("the schema is up to date");
    Ok(())
}

/// `demo`.
pub async fn demo(config: Config) -> Result<()> {
    let public_url = config.public_url.clone();
    let base = Base::open(config, true).await?;
    base.migrate().await?;
    if crate::demo::seed(&base.world).await? {
        println!("{}", crate::demo::greeting(&public_url));
    } else {
        println!("the database is not empty: nothing was added");
    }
    Ok(())
}
