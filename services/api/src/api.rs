//! Start and stop of the whole service.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use loadsure_config::ApiConfig;
use loadsure_telemetry::{Metrics, fields, internal};
use socket2::SockRef;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::app::app;
use crate::routes::is_ready;
use crate::state::AppState;

/// Longest time for the last answers to leave, once every request is answered.
const LAST_BYTES: u64 = 2;

/// How long a connection without requests is kept. Longer than the 60 s of common proxies: the side that closes first
/// should be the one that knows whether it is about to send.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The service cannot start. That PostgreSQL or Redis are away is no reason.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The settings of the database cannot be used.
    #[error(transparent)]
    Store(#[from] loadsure_store::ConnectError),
    /// The settings of the queue cannot be used.
    #[error(transparent)]
    Queue(#[from] loadsure_queue::Error),
    /// The settings of the cache cannot be used.
    #[error(transparent)]
    Cache(#[from] loadsure_cache::Error),
}

/// The running service.
pub struct Api {
    address: SocketAddr,
    /// The listening socket, shared with the server.
    listener: TcpListener,
    state: Data<AppState>,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    internal: Option<internal::Server>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// Starts the service on this runtime, which must have several threads: the server's own threads end before
    /// what they share. Returns once requests are taken, whether or not PostgreSQL and Redis answer (P16).
    ///
    /// # Errors
    /// When the address is taken or the settings cannot be used.
    pub async fn start(config: ApiConfig, metrics: Metrics) -> Result<Self, StartError> {
        let address = config.http.address;
        let listener = listen(address)?;
        let bound = listener.local_addr().unwrap_or(address);
        let failed = |source| StartError::Listen { address, source };
        let shared = listener.try_clone().map_err(failed)?;
        let state = Data::new(AppState::build(config, metrics).await?);
        let internal = serve_metrics(&state)?;
        let server = serve(listener, &state).map_err(failed)?;
        let handle = server.handle();
        let server = tokio::spawn(server);
        info!(address = %bound, "the API takes requests");
        Ok(Self {
            address: bound,
            listener: shared,
            state,
            handle,
            server,
            internal,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops within the configured grace: refuses connections from now on, lets requests end, answers those that still
    /// wait for a result at half time with 202, hands over what is to be published, and closes.
    pub async fn stop(self) {
        let half = self.state.config.app.shutdown_grace / 2;
        self.state.begin_to_stop();
        // The accept loop takes a socket that is shut down for a fault, and logs it. What connects between the two is reset.
        self.handle.pause().await;
        self.refuse();
        self.answer_all(half).await;
        self.handle.stop(true).await;
        self.state.closing.cancel();
        self.state.tasks.close();
        within(half / 4, "background tasks", self.state.tasks.wait()).await;
        if let Some(internal) = &self.internal {
            internal.stop().await;
        }
        self.state.store.close();
        ended(self.server.await);
    }

    /// Refuses connections from now on, so that whoever balances asks another instance. If they were only not taken,
    /// they would wait in the system's queue, and be cut off at the end.
    fn refuse(&self) {
        if let Err(error) = SockRef::from(&self.listener).shutdown(Shutdown::Read) {
            warn!(
                { fields::ERROR } = fields::causes(&error),
                "new connections are not refused"
            );
        }
    }

    /// Gives requests until half time to end by themselves.
    async fn answer_all(&self, half: Duration) {
        self.state.requests.close();
        if tokio::time::timeout(half, self.state.requests.wait())
            .await
            .is_err()
        {
            self.state.hurry.cancel();
            within(half / 4, "requests", self.state.requests.wait()).await;
        }
    }
}

fn ended(server: Result<io::Result<()>, tokio::task::JoinError>) {
    match server {
        Ok(Err(error)) => warn!(
            { fields::ERROR } = fields::causes(&error),
            "the server ended badly"
        ),
        _ => info!("the API has stopped"),
    }
}

async fn within(time: Duration, what: &str, end: impl Future<Output = ()>) {
    if tokio::time::timeout(time, end).await.is_err() {
        warn!("{what} did not end in time");
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

fn serve(listener: TcpListener, state: &Data<AppState>) -> io::Result<actix_web::dev::Server> {
    let shared = state.clone();
    let mut server = HttpServer::new(move || app(shared.clone()))
        .disable_signals()
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(LAST_BYTES);
    if let Some(workers) = state.config.http.workers {
        server = server.workers(workers.get().into());
    }
    Ok(server.listen(listener)?.run())
}

fn serve_metrics(state: &Data<AppState>) -> Result<Option<internal::Server>, StartError> {
    let Some(address) = state.config.telemetry.metrics_addr else {
        return Ok(None);
    };
    let shared = state.clone();
    let ready = move || -> futures_util::future::BoxFuture<'static, bool> {
        let state = shared.clone();
        Box::pin(async move { is_ready(&state).await })
    };
    let server = internal::Server::start(address, state.metrics.clone(), ready)
        .map_err(|source| StartError::Listen { address, source })?;
    info!(address = %server.address(), "metrics are served");
    Ok(Some(server))
}
