//! The documents in the repository: written from the tables, and held against them.

use std::path::Path;

use serde_json::Value;

use super::{compatible, pretty, schemas};
use crate::asyncapi::asyncapi_json;

/// Every document below `openapi/`, with its path there.
fn documents() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = schemas().into_iter().map(|(name, schema)| (format!("events/{name}"), pretty(&schema))).collect();
    all.push(("asyncapi.json".to_owned(), asyncapi_json()));
    all
}

fn stored(path: &Path) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// Writes all documents below `folder` (`openapi`). A schema that would change other than by optional members is refused: it needs a new
/// version.
pub fn write_files(folder: &Path) -> Result<(), Vec<String>> {
    let wrong = incompatible(folder);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let failed = |error: std::io::Error| vec![error.to_string()];
    std::fs::create_dir_all(folder.join("events")).map_err(failed)?;
    for (name, text) in documents() {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}

/// Says what differs between the documents below `folder` and the tables.
pub fn check_files(folder: &Path) -> Result<(), Vec<String>> {
    let mut wrong = incompatible(folder);
    for (name, text) in documents() {
        if std::fs::read_to_string(folder.join(&name)).ok().as_deref() != Some(text.as_str()) {
            wrong.push(format!("{name} is not current"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn incompatible(folder: &Path) -> Vec<String> {
    let new = schemas();
    let mut wrong = Vec::new();
    for (name, schema) in &new {
        if let Some(old) = stored(&folder.join("events").join(name))
            && let Err(why) = compatible(&old, schema)
        {
            wrong.extend(why.into_iter().map(|why| format!("{name}{why}")));
        }
    }
    for entry in std::fs::read_dir(folder.join("events")).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".schema.json") && !new.iter().any(|(known, _)| *known == name) {
            wrong.push(format!("{name} is no longer made"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_in_the_repository_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
        if std::env::var_os("TASKTRACK_WRITE_DOCUMENTS").is_some() {
            write_files(&folder).unwrap();
        }
        check_files(&folder).unwrap_or_else(|wrong| panic!("run with TASKTRACK_WRITE_DOCUMENTS=1:\n{}", wrong.join("\n")));
    }
}
