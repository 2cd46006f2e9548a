use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, PayloadConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpServer};
use tokio::sync::oneshot;

use crate::app::App;
use crate::error::Error;
use crate::operation::Operation;
use crate::pipeline::Call;
use crate::reply::{Problem, Reply};
use crate::wire::Connection;
use crate::{control, documents};

/// Largest body taken, far above any application for insurance.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How long a stop waits for answers under way, in seconds.
const STOP_TIMEOUT_S: u64 = 1;

/// A server on a thread of its own, so that it depends on no runtime of the caller's.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) handle: ServerHandle,
    pub(crate) thread: JoinHandle<io::Result<()>>,
}

pub(crate) fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let refused = |source| Error::Bind { address, source };
    let listener = TcpListener::bind(address).map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

/// Serves `app` on `listener` until stopped.
pub(crate) async fn run(listener: TcpListener, app: Data<App>, workers: usize) -> Result<Running, Error> {
    let (ready, started) = oneshot::channel();
    let body = move || {
        actix_web::rt::System::new().block_on(async move {
            let server = server(listener, app, workers)?;
            // The receiver is gone only when the caller gave up starting.
            let _ = ready.send(server.handle());
            server.await
        })
    };
    let thread = std::thread::Builder::new()
        .name("sandbox".to_owned())
        .spawn(body)
        .map_err(Error::Server)?;
    match started.await {
        Ok(handle) => Ok(Running { handle, thread }),
        Err(_) => Err(Error::Server(
            ended(thread)
                .err()
                .unwrap_or_else(|| io::Error::other("ended early")),
        )),
    }
}

/// Waits for the thread.
pub(crate) fn ended(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the server's thread panicked")))
}

fn server(listener: TcpListener, app: Data<App>, workers: usize) -> io::Result<Server> {
    let factory = move || actix_web::App::new().app_data(app.clone()).configure(routes);
    let server = HttpServer::new(factory)
        .workers(workers.max(1))
        .on_connect(Connection::remember)
        .tcp_nodelay(true)
        .shutdown_timeout(STOP_TIMEOUT_S)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

fn routes(services: &mut ServiceConfig) {
    services.app_data(PayloadConfig::new(MAX_BODY_BYTES));
    for operation in Operation::ALL {
        let serve = move |request: HttpRequest, body: Bytes, app: Data<App>| {
            Call {
                operation,
                request,
                body,
                app,
            }
            .serve()
        };
        let resource = web::resource(operation.path())
            .route(web::method(operation.method()).to(serve))
            .default_service(web::to(wrong_method));
        services.service(resource);
    }
    services
        .configure(control::configure)
        .configure(documents::configure);
    services.default_service(web::to(not_found));
}

async fn wrong_method() -> HttpResponse {
    let problem = Problem::new("METHOD_NOT_ALLOWED", "This operation has another method");
    Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, &[problem]).into_response()
}

async fn not_found() -> HttpResponse {
    let problem = Problem::new("NOT_FOUND", "There is no such operation");
    Reply::refusal(StatusCode::NOT_FOUND, &[problem]).into_response()
}
