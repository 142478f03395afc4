//! Integer ids, one type each, so that a task's id can't be passed where a person's is meant.

/// Declares `i64` newtypes that look like plain integers in JSON.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl From<i64> for $name { fn from(id: i64) -> Self { Self(id) } }
        impl From<$name> for i64 { fn from(id: $name) -> i64 { id.0 } }
    )*};
}

ids! {
    /// A tenant.
    AccountId,
    /// A person (global, not of one account).
    UserId,
    /// A project of an account.
    ProjectId,
    /// A task.
    TaskId,
    /// A comment on a task.
    CommentId,
    /// A relation of two tasks.
    RelationId,
    /// A tag of an account.
    TagId,
    /// A template for tasks, of an account.
    TemplateId,
    /// An ERP source that an account exchanges messages with.
    IntegrationId,
    /// A recorded conflict between the ERP and us.
    ConflictId,
    /// A message that could not be applied.
    DeadLetterId,
    /// A saved view of tasks.
    ViewId,
}
