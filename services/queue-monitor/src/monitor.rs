//! The running monitor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use loadsure_config::MonitorServiceConfig;
use loadsure_queue::Queue;
use loadsure_service::adapters;
use loadsure_store::Store;
use loadsure_telemetry::internal::Server;
use loadsure_telemetry::{Metrics, fields};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::error::StartError;
use crate::hands::Hands;
use crate::leading::Tools;
use crate::seat::Seat;
use crate::settings::{self, Rules};
use crate::watcher::Watcher;

/// The monitor, with everything that it started. Call [`Monitor::stop`]: dropping it leaves the workers running.
#[derive(Debug)]
pub struct Monitor {
    stop: CancellationToken,
    watching: JoinHandle<()>,
    is_ready: Arc<AtomicBool>,
    internal: Option<Server>,
}

impl Monitor {
    /// Asks for the lead, and watches. Returns once that is under way, whether or not PostgreSQL, Redis and the platform
    /// are there.
    ///
    /// # Errors
    /// When the configuration cannot work: see [`StartError`].
    pub async fn start(config: MonitorServiceConfig, metrics: Metrics) -> Result<Self, StartError> {
        let is_ready = Arc::new(AtomicBool::new(false));
        let store = Store::new(&adapters::store(&config.database, settings::SERVICE))?;
        let hands = Hands::new(&config)?;
        let internal = serve(config.telemetry.metrics_addr, metrics.clone(), &is_ready)?;
        let queue = Queue::connect(&adapters::queue(&config.redis, &config.app.instance)).await?;
        let seat = Seat::ask(store.clone(), queue.instance().to_owned(), config.monitor.lease);
        let tools = Tools {
            store,
            queue,
            metrics,
        };
        let rules = Rules::new(&config.monitor, &hands);
        let pace = (rules, config.monitor.check_interval);
        let watcher = Watcher::new(tools, pace, seat, hands, Arc::clone(&is_ready));
        let stop = CancellationToken::new();
        let watching = tokio::spawn(watcher.run(stop.clone()));
        Ok(Self {
            stop,
            watching,
            is_ready,
            internal,
        })
    }

    /// Whether the last look succeeded, or another monitor leads and this one could take over.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Acquire)
    }

    /// Where metrics and health are served, if they are.
    #[must_use]
    pub fn internal_address(&self) -> Option<SocketAddr> {
        self.internal.as_ref().map(Server::address)
    }

    /// Stops deciding, gives the lead up, drains all workers that it started, and returns when they have ended.
    pub async fn stop(self) {
        self.is_ready.store(false, Ordering::Release);
        self.stop.cancel();
        if let Err(error) = self.watching.await {
            warn!(
                { fields::ERROR } = fields::causes(&error),
                "watching the queues ended early"
            );
        }
        if let Some(internal) = self.internal {
            internal.stop().await;
        }
    }
}

fn serve(
    address: Option<SocketAddr>,
    metrics: Metrics,
    is_ready: &Arc<AtomicBool>,
) -> Result<Option<Server>, StartError> {
    let Some(address) = address else { return Ok(None) };
    let is_ready = Arc::clone(is_ready);
    let ready = move || std::future::ready(is_ready.load(Ordering::Acquire)).boxed();
    let server =
        Server::start(address, metrics, ready).map_err(|source| StartError::Internal { address, source })?;
    info!(address = %server.address(), "serving metrics and health");
    Ok(Some(server))
}
