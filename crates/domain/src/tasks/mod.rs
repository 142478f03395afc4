//! Tasks.
//!
//! Invariants: a task has at most one owner; its key is unique in the account and is never given again; `version` grows with its own
//! fields, `event_seq` with every event (comments, rank); sub-tasks form a tree; a deleted task is invisible but for the trash and
//! `as_of`; every change carries exactly one task event (and one comment event where a comment was made with it).

pub mod bulk;
pub mod commands;
pub mod comment;
pub mod filter;
pub mod input;
pub mod queries;
pub mod rank;
pub mod relation;
pub mod saved_view;
pub mod status;
pub mod tag;
pub mod task;
pub mod template;
pub mod undo;
pub mod watching;

pub use comment::{Comment, CommentView};
pub use filter::{Group, GroupCount, TaskFilter, TaskSort};
pub use input::{NewTask, TaskChange};
pub use status::{Priority, Status};
pub use task::{Assignee, AssigneeRole, Task, TaskRow, TaskView};
