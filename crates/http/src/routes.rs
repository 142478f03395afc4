//! Every address, one line each. What is listed by `service` is in the OpenAPI document too.

use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::realtime::{comments as comment_socket, live as live_socket};
use crate::slices::{
    accounts, activity, auth, comments, exchange, favourites, live, problems, projects, relations, system, tags, tasks, templates, undo,
    users, views, watchers,
};
use crate::{metrics, spa, viewer};

/// Addresses that are not operations of REST (WebSockets, the viewer, numbers): path, methods.
pub const OTHERS: &[(&str, &str)] = &[
    ("/api/v1/live", "GET"),
    ("/ws/tasks/{id}/comments", "GET"),
    ("/metrics", "GET"),
    ("/docs", "GET"),
    ("/docs/{file}", "GET"),
    ("/api/v1/openapi.json", "GET"),
];

/// All of them.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(scope("/api/v1").configure(api));
    cfg.service(auth::get_jwks)
        .service(problems::get_problem)
        .service(system::get_liveness)
        .service(system::get_readiness)
        .service(system::get_openapi);
    cfg.map(|cfg| {
        cfg.route("/ws/tasks/{id}/comments", web::get().to(comment_socket::open))
            .route("/metrics", web::get().to(metrics::page))
            .route("/docs", web::get().to(viewer::page))
            .route("/docs/", web::get().to(viewer::page))
            .route("/docs/{file}", web::get().to(viewer::file))
    });
}

fn api(cfg: &mut ServiceConfig) {
    cfg.service(auth::register).service(auth::log_in).service(auth::refresh).service(auth::log_out);
    cfg.service(auth::get_auth_config).service(auth::get_public_key);
    cfg.service(users::get_me).service(users::update_me).service(users::get_preferences).service(users::update_preferences);
    cfg.service(users::list_sessions).service(users::end_other_sessions).service(users::end_session);
    cfg.service(users::list_users).service(users::get_user);
    cfg.service(accounts::list_accounts).service(accounts::get_account);
    cfg.service(projects::list_projects).service(projects::create_project).service(projects::get_project).service(projects::update_project);
    cfg.service(projects::list_members).service(projects::set_member).service(projects::remove_member).service(projects::reassign_project);
    cfg.service(tasks::read::list_tasks)
        .service(tasks::read::count_tasks)
        .service(tasks::bulk::bulk_change_tasks)
        .service(tasks::write::create_task);
    cfg.service(tasks::read::get_task)
        .service(tasks::write::update_task)
        .service(tasks::write::delete_task)
        .service(tasks::read::get_task_history);
    cfg.service(tasks::write::change_status).service(tasks::write::assign_task).service(tasks::write::unassign_task);
    cfg.service(tasks::write::archive_task)
        .service(tasks::write::unarchive_task)
        .service(tasks::write::restore_task)
        .service(tasks::write::rank_task);
    cfg.service(relations::list_relations).service(relations::add_relation).service(relations::remove_relation);
    cfg.service(watchers::list_watchers).service(watchers::add_watcher).service(watchers::remove_watcher);
    cfg.service(comments::list_comments).service(comments::add_comment).service(comments::edit_comment).service(comments::delete_comment);
    cfg.service(undo::undo_commit);
    cfg.service(tasks::read::search_tasks);
    cfg.service(tags::list_tags).service(tags::create_tag).service(tags::update_tag).service(tags::delete_tag);
    cfg.service(views::list_views)
        .service(views::create_view)
        .service(views::get_view)
        .service(views::update_view)
        .service(views::delete_view);
    cfg.service(favourites::list_favourites).service(favourites::put_favourite).service(favourites::delete_favourite);
    cfg.service(activity::list_activity).service(activity::list_mentions).service(projects::get_project_overview);
    cfg.service(templates::list_templates).service(templates::create_template).service(templates::get_template);
    cfg.service(templates::update_template).service(templates::delete_template).service(templates::use_template);
    cfg.service(exchange::list_integrations).service(exchange::get_integration).service(exchange::update_integration);
    cfg.service(exchange::list_conflicts).service(exchange::resolve_conflict);
    cfg.service(exchange::list_dead_letters)
        .service(exchange::get_dead_letter)
        .service(exchange::resend_dead_letter)
        .service(exchange::discard_dead_letter);
    cfg.service(exchange::get_exchange_status);
    cfg.service(live::create_live_ticket);
    cfg.map(|cfg| cfg.route("/live", web::get().to(live_socket::open)).route("/openapi.json", web::get().to(crate::app::document)));
}

/// Everything else: an address with other methods, or a file or page of the browser's application.
pub async fn fallback(req: actix_web::HttpRequest) -> crate::Answer {
    let methods = crate::openapi::methods(req.path());
    if methods.is_empty() { spa::page(req).await } else { Ok(crate::problem::method_not_allowed(&methods)) }
}
