//! `openapi`, `asyncapi`: the contracts, generated from the code.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

/// Prints a document; a closed pipe is no error.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Into::into),
    }
}

/// `openapi`.
pub fn openapi() -> Result<()> {
    print(&tasktrack_http::openapi_json())
}

/// `asyncapi`; with a folder the schemas go there instead.
pub fn asyncapi(schemas: Option<&Path>) -> Result<()> {
    let Some(folder) = schemas else { return print(&tasktrack_messaging::asyncapi_json()) };
    std::fs::create_dir_all(folder)?;
    for (name, schema) in tasktrack_messaging::schemas() {
        let path = folder.join(name);
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
