//! The internal HTTP server: metrics and health, never public.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use futures_util::future::BoxFuture;

use crate::Metrics;

/// Type of the text format of Prometheus.
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether the service can do its work now.
type Ready = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// The running server.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Serves `/metrics`, `/health/live` (200 while the process runs) and `/health/ready` (200 while `ready` says
    /// so, else 503) on a thread of its own. `ready` should answer within a second.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start<F>(address: SocketAddr, metrics: Metrics, ready: F) -> io::Result<Self>
    where
        F: Fn() -> BoxFuture<'static, bool> + Send + Sync + 'static,
    {
        let ready: Ready = Arc::new(ready);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::new(metrics.clone()))
                .app_data(Data::new(Arc::clone(&ready)))
                .route("/metrics", web::get().to(serve_metrics))
                .route("/health/live", web::get().to(live))
                .route("/health/ready", web::get().to(is_ready))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .bind(address)?;
        let bound = server.addrs().first().copied().unwrap_or(address);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self {
            address: bound,
            handle,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it, after the requests at work or a second.
    pub async fn stop(&self) {
        self.handle.stop(true).await;
    }
}

async fn serve_metrics(metrics: Data<Metrics>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(PROMETHEUS_TEXT)
        .body(metrics.render())
}

async fn live() -> HttpResponse {
    health(StatusCode::OK, "live")
}

async fn is_ready(ready: Data<Ready>) -> HttpResponse {
    if ready().await {
        health(StatusCode::OK, "ready")
    } else {
        health(StatusCode::SERVICE_UNAVAILABLE, "unready")
    }
}

fn health(code: StatusCode, status: &str) -> HttpResponse {
    HttpResponse::build(code).json(serde_json::json!({ "status": status }))
}
