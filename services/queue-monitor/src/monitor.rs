//! The running monitor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use loadsure_config::MonitorServiceConfig;
use loadsure_queue::Queue;
use loadsure_telemetry::Metrics;
use loadsure_telemetry::internal::Server;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::actuator::Actuator;
use crate::error::StartError;
use crate::watcher::Watcher;

/// The monitor, with everything that it started. Call [`Monitor::stop`]: dropping it leaves the workers running.
#[derive(Debug)]
pub struct Monitor {
    stop: CancellationToken,
    watching: JoinHandle<Actuator>,
    is_ready: Arc<AtomicBool>,
    internal: Option<Server>,
}

impl Monitor {
    /// Starts the minimum of workers, and watches. Returns once that is under way, whether or not Redis is there.
    ///
    /// # Errors
    /// When the configuration cannot work: see [`StartError`].
    pub async fn start(config: MonitorServiceConfig, metrics: Metrics) -> Result<Self, StartError> {
        let is_ready = Arc::new(AtomicBool::new(false));
        let internal = serve(config.telemetry.metrics_addr, metrics.clone(), &is_ready)?;
        let connecting = queue_config(&config);
        let actuator = Actuator::start(&config)?;
        let queue = match Queue::connect(&connecting).await {
            Ok(queue) => queue,
            Err(error) => {
                actuator.stop().await;
                return Err(StartError::Queue(error));
            }
        };
        let stop = CancellationToken::new();
        let watcher = Watcher::new(&config, queue, metrics, Arc::clone(&is_ready));
        let watching = tokio::spawn(watcher.run(actuator, stop.clone()));
        Ok(Self {
            stop,
            watching,
            is_ready,
            internal,
        })
    }

    /// Whether the last look at the queues succeeded.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Acquire)
    }

    /// Where metrics and health are served, if they are.
    #[must_use]
    pub fn internal_address(&self) -> Option<SocketAddr> {
        self.internal.as_ref().map(Server::address)
    }

    /// Stops deciding, drains all workers that it started, and returns when they have ended.
    pub async fn stop(self) {
        self.is_ready.store(false, Ordering::Release);
        self.stop.cancel();
        match self.watching.await {
            Ok(actuator) => actuator.stop().await,
            Err(error) => warn!(%error, "watching the queues ended early"),
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

fn queue_config(config: &MonitorServiceConfig) -> loadsure_queue::Config {
    let redis = &config.redis;
    loadsure_queue::Config {
        prefix: redis.prefix.clone(),
        command_timeout: redis.command_timeout,
        ..loadsure_queue::Config::new(redis.url.clone(), config.app.instance.clone())
    }
}

/// The part of the time between SIGTERM and the kill in which workers may drain. The rest is for what comes after.
pub(crate) fn drain_time(grace: Duration) -> Duration {
    grace / 10 * 9
}
