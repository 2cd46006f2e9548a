//! What the smoke test and the watch after a deployment call: a service that answers as the real one does, until it is told
//! to fail.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// What goes wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Nothing is bought.
    pub(crate) booking: AtomicBool,
    /// The instance is not ready.
    pub(crate) ready: AtomicBool,
    /// The certificate is not what it should be.
    pub(crate) certificate: AtomicBool,
    /// What was bought was given back.
    pub(crate) cancelled: AtomicBool,
}

pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) faults: Arc<Faults>,
    handle: ServerHandle,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let faults = Arc::new(Faults::default());
        let shared = Data::from(faults.clone());
        let (ready, started) = oneshot::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let factory = move || {
                    App::new()
                        .app_data(shared.clone())
                        .default_service(web::to(answer))
                };
                let server = HttpServer::new(factory).workers(1).disable_signals();
                let server = server.listen(listener).unwrap().run();
                ready.send(server.handle()).unwrap();
                server.await
            })
        });
        let handle = started.await.unwrap();
        Self { url, faults, handle }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn answer(request: HttpRequest, faults: Data<Faults>) -> HttpResponse {
    let is = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
    let path = request.path();
    if path == "/health/ready" && is(&faults.ready) {
        return problem(503, "not_ready");
    }
    if path == "/api/insurance/bookings" && is(&faults.booking) {
        return problem(502, "insurer_unavailable");
    }
    if path.ends_with("/cancel") {
        faults.cancelled.store(true, Ordering::SeqCst);
    }
    HttpResponse::Ok().json(body(path, is(&faults.cancelled), is(&faults.certificate)))
}

fn problem(status: u16, code: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).json(json!({"code": code, "status": status.as_u16()}))
}

fn body(path: &str, cancelled: bool, wrong: bool) -> Value {
    let certificate = match (cancelled, wrong) {
        (true, _) => "CANCELLED",
        (false, true) => "EXPIRED",
        (false, false) => "ACTIVE",
    };
    match path {
        "/health" => json!({"status": "ok"}),
        "/api-docs.json" => json!({"openapi": "3.1.0", "paths": {"/api/insurance/bookings": {"post": {}}}}),
        _ if path.starts_with("/api/support-data") => json!([{"id": 1}]),
        _ if path.starts_with("/api/insurance/quotes") => {
            json!({"status": "success", "quote": {"quoteId": "q-1", "status": "active"}})
        }
        _ if path.starts_with("/api/insurance/bookings") => json!({
            "status": "success",
            "booking": {"bookingId": "b-1", "status": "active", "policyNumber": "c-1"},
        }),
        _ if path.starts_with("/api/insurance/certificates") => json!({
            "status": "success",
            "certificate": {"certificateNumber": "c-1", "status": certificate},
        }),
        _ => json!({"status": "ok"}),
    }
}
