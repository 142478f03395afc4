//! `tasktrack-bench-bare PORT WORKERS FILE`: every request is answered by the JSON of FILE, serialised anew each time.
use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, port, workers, file] = args.as_slice() else {
        return Err(std::io::Error::other("usage: tasktrack-bench-bare PORT WORKERS FILE"));
    };
    let text = std::fs::read_to_string(file)?;
    let json: web::Data<serde_json::Value> = web::Data::new(serde_json::from_str(&text)?);
    HttpServer::new(move || {
        App::new().app_data(json.clone()).default_service(web::to(|json: web::Data<serde_json::Value>, _body: web::Bytes| async move { HttpResponse::Ok().json(json.get_ref()) }))
    })
    .workers(workers.parse().map_err(std::io::Error::other)?)
    .bind(("127.0.0.1", port.parse().map_err(std::io::Error::other)?))?
    .run()
    .await
}
