use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::web::{self, Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Answer, Asked, Body, Reply, cut};

const MAX_BODY_BYTES: usize = 16 << 20;

/// Answers requests, one at a time or several.
pub(crate) trait Served: Send + Sync + 'static {
    fn serve(&self, asked: Asked) -> Answer;
}

struct Shared {
    served: Arc<dyn Served>,
    closing: CancellationToken,
}

/// A running server. Dropping it stops it.
pub(crate) struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    closing: CancellationToken,
}

impl Server {
    /// Serves on a free port of 127.0.0.1, on threads of its own, so that it depends on no runtime of the caller's.
    pub(crate) async fn start(served: Arc<dyn Served>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let closing = CancellationToken::new();
        let shared = Data::new(Shared {
            served,
            closing: closing.clone(),
        });
        let (ready, started) = oneshot::channel();
        std::thread::Builder::new()
            .name("stand-in".to_owned())
            .spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let server = server(listener, shared)?;
                    // The receiver is gone only when the caller gave up starting.
                    let _ = ready.send(server.handle());
                    server.await
                })
            })?;
        let handle = started
            .await
            .map_err(|_| io::Error::other("the server ended early"))?;
        Ok(Self {
            address,
            handle,
            closing,
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.cancel();
        // The command is sent by the call; the future only waits for its end.
        drop(self.handle.stop(false));
    }
}

fn server(listener: TcpListener, shared: Data<Shared>) -> io::Result<actix_web::dev::Server> {
    let factory = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(PayloadConfig::new(MAX_BODY_BYTES))
            .default_service(web::to(answer))
    };
    let server = HttpServer::new(factory)
        .workers(2)
        .tcp_nodelay(true)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

async fn answer(request: HttpRequest, body: Bytes, shared: Data<Shared>) -> HttpResponse {
    match shared.served.serve(asked(&request, &body)) {
        Answer::Reply(reply) => respond(reply),
        Answer::Cut => cut::cut(),
        Answer::Silence => {
            shared.closing.cancelled().await;
            cut::cut()
        }
    }
}

fn asked(request: &HttpRequest, body: &[u8]) -> Asked {
    let authorization = request.headers().get(AUTHORIZATION);
    Asked {
        method: request.method().to_string(),
        path: request
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(str::to_owned)
            .collect(),
        #[cfg(feature = "docker")]
        query: request.query_string().to_owned(),
        authorization: authorization.and_then(|value| value.to_str().ok().map(str::to_owned)),
        body: serde_json::from_slice(body).ok(),
    }
}

fn respond(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for header in reply.headers {
        response.insert_header(header);
    }
    match reply.body {
        Body::Json(value) => response
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(value.to_string()),
        Body::Html(text) => response.insert_header((CONTENT_TYPE, "text/html")).body(text),
        Body::Text(text) => response.insert_header((CONTENT_TYPE, "text/plain")).body(text),
        Body::Empty => response.finish(),
    }
}
