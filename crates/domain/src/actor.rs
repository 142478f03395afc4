//! Who acts, and what they can see. Loaded from the database for a session (never from a token) and remembered for at most
//! two seconds.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use uuid::Uuid;

use crate::event::words;
use crate::ids::{AccountId, ProjectId, UserId};
use crate::refs::PersonRef;

words! {
    /// Role of a person in the whole system.
    Role { Admin = "admin", Manager = "manager", Finance = "finance", Worker = "worker" }
}

words! {
    /// Role of a person in a project's team.
    ProjectRole {
        ProjectManager = "project_manager", FunctionalArchitect = "functional_architect", TechnicalArchitect = "technical_architect",
        Analyst = "analyst", Developer = "developer", Client = "client", Tester = "tester", Clerk = "clerk", OnlyIssues = "only_issues", Other = "other"
    }
}

/// What an account gives a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// They are its manager (`account.manager_id`) or have the role manager.
    pub manages: bool,
    /// They read all of it. False for people who are in it only as Client or OnlyIssues.
    pub full: bool,
    /// It has expired: nobody but an admin writes.
    pub expired: bool,
    /// Its zone: bare dates end there.
    pub zone: Tz,
}

/// Everything that decides what rows a person sees: the tenant filter.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Sees every account (admin, and the system itself).
    pub everything: bool,
    pub user_id: Option<UserId>,
    /// Permitted and managed accounts.
    pub accounts: BTreeMap<AccountId, Standing>,
    /// Project memberships, with whether the person manages the project.
    pub projects: BTreeMap<ProjectId, ProjectRole>,
}

impl Scope {
    /// Sees all: sequencer, relay, migrations, sign-in.
    pub fn system() -> Self {
        Self { everything: true, ..Self::default() }
    }
    /// Accounts read whole.
    pub fn full_accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.accounts.iter().filter(|(_, s)| s.full).map(|(id, _)| *id)
    }
    /// Projects in which the person has `role` while the account is not read whole: what `restricted` people see.
    pub fn projects_as(&self, role: ProjectRole) -> impl Iterator<Item = ProjectId> + '_ {
        self.projects.iter().filter(move |(_, r)| **r == role).map(|(id, _)| *id)
    }
    /// Whether the person may know of the account at all.
    pub fn knows(&self, account: AccountId) -> bool {
        self.everything || self.accounts.contains_key(&account)
    }
    /// Whether the person reads all of the account.
    pub fn reads(&self, account: AccountId) -> bool {
        self.everything || self.accounts.get(&account).is_some_and(|s| s.full)
    }
}

/// A signed-in person, an integration's user, or the system.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `None` for the system.
    pub user: Option<PersonRef>,
    pub public_id: Option<Uuid>,
    pub session: Option<Uuid>,
    pub role: Role,
    pub scope: std::sync::Arc<Scope>,
}

impl Actor {
    /// The program itself: jobs, CLI.
    pub fn system() -> Self {
        Self { user: None, public_id: None, session: None, role: Role::Admin, scope: std::sync::Arc::new(Scope::system()) }
    }
    /// Id of the person; `None` for the system.
    pub fn id(&self) -> Option<UserId> {
        self.user.as_ref().map(|u| u.id)
    }
    /// The account's zone as far as the actor knows the account, else UTC.
    pub fn zone(&self, account: AccountId) -> Tz {
        self.scope.accounts.get(&account).map_or(Tz::UTC, |s| s.zone)
    }
}
