//! Tasks: reading in `read`, changing in `write`, many at once in `bulk`.

pub mod bulk;
pub mod filter;
pub mod input;
pub mod read;
pub mod write;

use tasktrack_domain::tasks::queries::TaskName;

use crate::Problem;

/// The task that a path names: `7` or `ERP-123`.
pub fn name(text: &str) -> Result<TaskName, Problem> {
    Ok(text.parse()?)
}
