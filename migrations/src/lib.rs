//! The schema, one source for PostgreSQL and SQLite: SQL with a few placeholders where the two differ ([`sql`]).

mod m0001_base;
mod m0002_relations;
mod m0003_views;
mod sql;

use sea_orm_migration::prelude::*;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_base::Migration), Box::new(m0002_relations::Migration), Box::new(m0003_views::Migration)]
    }
}
