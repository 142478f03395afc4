//! The OpenAPI document. Paths, parameters and shapes come from the handlers; what holds for all operations alike (problems, headers,
//! names) is added here once, so that no handler repeats it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::App;
use actix_web::dev::ResourceDef;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};
use utoipa_actix_web::AppExt as _;

use crate::{routes, schema};

#[derive(OpenApi)]
#[openapi(
    info(title = "Task Track", description = "Tasks of teams, next to the ERP. Every failure is a problem document (RFC 9457); its `code` is explained under `/problems/{code}`.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")),
    servers((url = "/", description = "This server")),
    components(schemas(schema::Problem, schema::Violation)),
    modifiers(&Bearer),
    security(("bearer" = [])),
    tags((name = "auth", description = "Signing in"), (name = "users", description = "People"), (name = "accounts", description = "Tenants"),
        (name = "projects", description = "Projects and their teams"), (name = "tasks", description = "Tasks"), (name = "comments", description = "Comments"),
        (name = "search", description = "Search"), (name = "views", description = "Saved views"), (name = "favourites", description = "What you keep at hand"),
        (name = "activity", description = "What happened"), (name = "tags", description = "Tags"), (name = "templates", description = "Templates of tasks"),
        (name = "exchange", description = "Exchange with the ERP"), (name = "live", description = "Live connections"),
        (name = "problems", description = "Codes of problems"), (name = "system", description = "For operators"))
)]
struct Base;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        openapi.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Members of answers that may be absent.
const OPTIONAL: &[(&str, &str)] = &[
    ("Problem", "instance"),
    ("Problem", "current"),
    ("Problem", "blocked_by"),
    ("Task", "comments"),
    ("TaskPage", "count"),
    ("BulkItem", "task"),
    ("BulkItem", "problem"),
    ("Cause", "source"),
    ("HistoryEntry", "comment"),
];

/// The document as text.
pub static DOCUMENT: LazyLock<String> = LazyLock::new(openapi_json);

/// The document, pretty, always the same.
pub fn openapi_json() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The document.
pub fn document() -> Value {
    let (_, openapi) = App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure).split_for_parts();
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    let mut inputs = BTreeSet::new();
    for item in members(document.get_mut("paths")) {
        for (method, operation) in members(Some(item.1)) {
            complete(method, operation);
            references(operation.get("requestBody"), &mut inputs);
        }
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        let mut open: Vec<String> = inputs.iter().cloned().collect();
        while let Some(name) = open.pop() {
            let mut found = BTreeSet::new();
            references(schemas.get(&name), &mut found);
            open.extend(found.into_iter().filter(|name| inputs.insert(name.clone())));
        }
        for (name, schema) in schemas.iter_mut().filter(|(name, _)| !inputs.contains(*name)) {
            close(name, schema);
        }
    }
    sorted(document)
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|object| object.iter_mut())
}

/// Names of the schemas that `value` refers to.
fn references(value: Option<&Value>, into: &mut BTreeSet<String>) {
    match value {
        Some(Value::Object(object)) => {
            if let Some(name) = object.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/components/schemas/")) {
                into.insert(name.to_owned());
            }
            object.values().for_each(|value| references(Some(value), into));
        }
        Some(Value::Array(items)) => items.iter().for_each(|value| references(Some(value), into)),
        _ => {}
    }
}

/// An answer has all of its members and no others.
fn close(name: &str, schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let Some(properties) = object.get("properties").and_then(Value::as_object) else { return };
    let required: Vec<String> = properties.keys().filter(|member| !OPTIONAL.contains(&(name, member.as_str()))).cloned().collect();
    object.insert("required".to_owned(), json!(required));
    object.insert("additionalProperties".to_owned(), json!(false));
}

/// What operations have in common.
fn complete(method: &str, operation: &mut Value) {
    let Some(object) = operation.as_object_mut() else { return };
    let id = object.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    object.insert("operationId".to_owned(), json!(camel(&id)));
    let public = object.get("security").is_some_and(|s| s.as_array().is_some_and(|list| list.iter().any(|s| *s == json!({}))));
    let is_auth = object.get("tags").is_some_and(|tags| *tags == json!(["auth"]));
    let (writes, has_body) = (method != "get", object.contains_key("requestBody"));
    let parameters = object.entry("parameters").or_insert_with(|| json!([]));
    let mut in_path = false;
    for parameter in parameters.as_array_mut().into_iter().flatten() {
        in_path |= parameter.get("in").is_some_and(|place| place == "path");
        if let Some(Value::Array(types)) = parameter.pointer_mut("/schema/type") {
            types.retain(|t| t != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                if let Some(place) = parameter.pointer_mut("/schema/type") {
                    *place = only;
                }
            }
        }
    }
    if writes
        && !is_auth
        && let Some(list) = parameters.as_array_mut()
    {
        list.push(json!({"name": "Idempotency-Key", "in": "header", "required": false, "description": "Makes a repeat of the request harmless: it gets the first answer",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}}));
        if method != "post" || in_path {
            list.push(
                json!({"name": "If-Match", "in": "header", "required": false, "description": "The version that the change is meant for",
                "schema": {"type": "string", "pattern": "^\"[0-9]{1,18}\"$", "examples": ["\"3\""]}}),
            );
        }
    }
    if parameters.as_array().is_some_and(Vec::is_empty) {
        object.remove("parameters");
    }
    let mut statuses = vec![400, 429, 500, 503];
    if !public {
        statuses.extend([401, 403]);
    }
    if in_path {
        statuses.push(404);
    }
    if has_body {
        statuses.extend([413, 415, 422]);
    }
    if writes {
        statuses.extend(if is_auth { vec![401, 403, 409] } else { vec![403, 409, 412, 422] });
    }
    let Some(responses) = object.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        if writes
            && !is_auth
            && let Some(response) = response.as_object_mut()
        {
            response.insert(
                "headers".to_owned(),
                json!({"Tasktrack-Commit": {"description": "What was changed, for `POST /undo`; absent where nothing was", "schema": {"type": "string", "format": "uuid"}}}),
            );
        }
        if response.get("description").is_none_or(|text| text == "") {
            let text = match status.as_str() {
                "201" => "Made",
                "204" => "Done",
                _ => "The answer",
            };
            if let Some(response) = response.as_object_mut() {
                response.insert("description".to_owned(), json!(text));
            }
        }
    }
    for status in statuses {
        responses.entry(status.to_string()).or_insert_with(|| problem(status));
    }
}

fn problem(status: u16) -> Value {
    let text = match status {
        400 => "The query, a header or the body can't be read",
        401 => "Nobody is signed in",
        403 => "Visible, but not allowed",
        404 => "Not there, or not visible",
        409 => "The present state does not allow it",
        412 => "If-Match names another version; `current` is the present state",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "The input breaks rules; `errors` names every field",
        429 => "Too many requests; see Retry-After",
        503 => "Not available; try again",
        _ => "Something broke on our side",
    };
    json!({"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
}

/// `list_tasks` to `listTasks`.
fn camel(id: &str) -> String {
    let mut words = id.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        name += &first.to_uppercase();
        name += rest;
    }
    name
}

/// Members in alphabetical order, whatever `serde_json` was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut members: Vec<(String, Value)> = object.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

static TABLE: LazyLock<Vec<(ResourceDef, Vec<String>)>> = LazyLock::new(|| {
    let document = document();
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let listed =
        paths.map(|(path, item)| (path.clone(), item.as_object().into_iter().flat_map(Map::keys).map(|m| m.to_uppercase()).collect()));
    let others = routes::OTHERS.iter().map(|(path, method)| ((*path).to_owned(), vec![(*method).to_owned()]));
    listed.chain(others).map(|(path, methods)| (ResourceDef::new(path), methods)).collect()
});

/// The methods that an address has; none where it leads nowhere.
pub fn methods(path: &str) -> Vec<String> {
    let mut found: Vec<String> =
        TABLE.iter().filter(|(pattern, _)| pattern.is_match(path)).flat_map(|(_, methods)| methods.clone()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Declares query parameters, for the document only: handlers read them with [`crate::query::Params`].
macro_rules! query {
    ($($(#[$doc:meta])* $name:ident { $($body:tt)* })*) => {$(
        $(#[$doc])*
        #[derive(IntoParams)]
        #[into_params(parameter_in = Query)]
        #[allow(dead_code, reason = "only their shape is used")]
        pub struct $name { $($body)* }
    )*};
}

query! {
    /// A page.
    Paging {
        /// Most items; 50 where absent.
        #[param(minimum = 1, maximum = 200)]
        limit: Option<i32>,
        /// `next_cursor` of the page before, with the same filters and order.
        cursor: Option<String>,
    }
    /// Text in names.
    Text {
        /// Text to look for.
        #[param(max_length = 200)]
        q: Option<String>,
    }
    /// Words to search.
    Words {
        /// Words to search for.
        #[param(min_length = 1, max_length = 200)]
        q: String,
    }
    /// Accounts.
    InAccounts {
        /// Only of these accounts.
        #[param(style = Form, explode = false)]
        account: Option<Vec<i64>>,
    }
    /// A project.
    InProject {
        /// Only people of this project.
        project: Option<i64>,
    }
    /// Projects.
    InProjects {
        /// Only of these projects.
        #[param(style = Form, explode = false)]
        project: Option<Vec<i64>>,
    }
    /// Archived projects.
    ArchivedProjects {
        /// Archived ones too.
        archived: Option<bool>,
    }
    /// Order.
    Sorting {
        /// Fields, `-` for descending: due_date, created_at, updated_at, priority, status, title, key, rank, id. Default: -created_at.
        #[param(example = "-due_date,id")]
        sort: Option<String>,
    }
    /// Count.
    Counting {
        /// `count`: how many there are in all, counted to 10001.
        #[param(pattern = "^count$")]
        include: Option<String>,
    }
    /// Groups.
    Grouping {
        /// What to count by.
        #[param(style = Form, explode = false)]
        group: Vec<schema::Group>,
    }
    /// A time.
    AsOf {
        /// The instant to look back to.
        #[param(example = "2026-11-30T18:00:00Z")]
        as_of: Option<String>,
    }
    /// Filters of tasks: all hold; several values of one mean any of them.
    TaskFilters {
        #[param(style = Form, explode = false)]
        account: Option<Vec<i64>>,
        #[param(style = Form, explode = false)]
        project: Option<Vec<i64>>,
        #[param(style = Form, explode = false)]
        status: Option<Vec<schema::StatusInput>>,
        #[param(style = Form, explode = false)]
        priority: Option<Vec<schema::Priority>>,
        /// Ids, `me`, `none`.
        #[param(style = Form, explode = false)]
        assignee: Option<Vec<String>>,
        /// Ids, `me`.
        #[param(style = Form, explode = false)]
        created_by: Option<Vec<String>>,
        /// Ids, `me`.
        #[param(style = Form, explode = false)]
        supervisor: Option<Vec<String>>,
        /// Ids, `me`: people who watch it.
        #[param(style = Form, explode = false)]
        watcher: Option<Vec<String>>,
        #[param(style = Form, explode = false)]
        tag: Option<Vec<i64>>,
        /// Id or `none`.
        parent: Option<String>,
        #[param(style = Form, explode = false)]
        id: Option<Vec<i64>>,
        #[param(style = Form, explode = false)]
        key: Option<Vec<String>>,
        /// Due before now and open.
        overdue: Option<bool>,
        /// Instant or date.
        due_from: Option<String>,
        /// Instant or date, inclusive.
        due_to: Option<String>,
        /// `none`: without a due date.
        #[param(pattern = "^none$")]
        due: Option<String>,
        /// Planned time (where nothing is planned: the due date) that lies after this instant or date, in part at least.
        planned_from: Option<String>,
        /// The same, before this instant or date, inclusive.
        planned_to: Option<String>,
        created_from: Option<String>,
        created_to: Option<String>,
        updated_from: Option<String>,
        /// Default: false.
        #[param(pattern = "^(false|true|any)$")]
        archived: Option<String>,
        /// The trash instead of what lives.
        deleted: Option<bool>,
        /// Owner, collaborator, creator or supervisor is you.
        mine: Option<bool>,
        /// Neither done nor closed; false: one of both.
        open: Option<bool>,
        /// Words in title or key.
        #[param(max_length = 200)]
        q: Option<String>,
    }
    /// Layouts.
    InLayout {
        /// Only views of this layout.
        layout: Option<schema::Layout>,
    }
    /// Days back.
    LastDays {
        /// 30 where absent.
        #[param(minimum = 1, maximum = 366)]
        days: Option<i32>,
    }
    /// What of the feed.
    Feed {
        /// Instant or date.
        since: Option<String>,
        /// Instant or date, exclusive.
        until: Option<String>,
        #[param(style = Form, explode = false)]
        project: Option<Vec<i64>>,
        /// Who did it: an id or `me`.
        actor: Option<String>,
        /// Only tasks that you own, work on, watch, supervise or made, and there only what others did.
        mine: Option<bool>,
        /// With `mine`: what you did, too.
        own: Option<bool>,
    }
    /// Conflicts.
    ConflictFilter {
        /// Default: open.
        #[param(pattern = "^(open|resolved|any)$")]
        state: Option<String>,
        task: Option<i64>,
    }
    /// Dead letters.
    DeadLetterFilter {
        /// Default: open.
        #[param(pattern = "^(open|resent|discarded|any)$")]
        state: Option<String>,
        code: Option<String>,
        source: Option<String>,
    }
}

/// A task in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "only its shape is used")]
pub struct TaskPath {
    /// Id, or a key like ERP-123.
    #[param(example = "ERP-123")]
    id: String,
}

/// A person in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "only its shape is used")]
pub struct PersonPath {
    /// Id, or `me`.
    #[param(example = "me")]
    user_id: String,
}
