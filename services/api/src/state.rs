//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use loadsure_cache::Cache;
use loadsure_cache::rate_limit::Limiter;
use loadsure_config::ApiConfig;
use loadsure_core::reference::ReferenceIds;
use loadsure_queue::{Queue, Replies};
use loadsure_service::adapters;
use loadsure_store::Store;
use loadsure_telemetry::Metrics;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::StartError;
use crate::back_pressure::{self, BackPressure};
use crate::keys::Keys;
use crate::publish::Publisher;
use crate::schema::Schema;
use crate::support_data::{self, SupportData};

/// What all requests share.
pub(crate) struct AppState {
    pub(crate) config: ApiConfig,
    pub(crate) store: Store,
    /// Whether the database can be worked with.
    pub(crate) schema: Schema,
    pub(crate) queue: Queue,
    pub(crate) replies: Replies,
    pub(crate) publisher: Publisher,
    pub(crate) cache: Cache,
    pub(crate) limiter: Limiter,
    pub(crate) keys: Keys,
    /// Ids of the insurer's reference data; empty sets are not checked against.
    pub(crate) reference: Arc<ArcSwap<ReferenceIds>>,
    /// The lists of reference data, in memory.
    pub(crate) support_data: SupportData,
    /// How long the quotes that wait will take.
    pub(crate) back_pressure: BackPressure,
    pub(crate) metrics: Metrics,
    /// Requests at work, so that a stop can wait for them.
    pub(crate) requests: TaskTracker,
    /// Ends every wait for a result.
    pub(crate) hurry: CancellationToken,
    /// Ends what runs in the background.
    pub(crate) closing: CancellationToken,
    /// What runs in the background.
    pub(crate) tasks: TaskTracker,
    stopping: AtomicBool,
}

impl AppState {
    /// Connects to nothing that could keep it from starting.
    pub(crate) async fn build(config: ApiConfig, metrics: Metrics) -> Result<Self, StartError> {
        let name = format!("loadsure-api {}", config.app.instance);
        let store = Store::new(&adapters::store(&config.database, name))?;
        let queue = Queue::connect(&adapters::queue(&config.redis, &config.app.instance)).await?;
        let replies = Replies::start(&queue).await?;
        let cache = Cache::new(&cache_settings(&config))?;
        let limit = config.rate_limit;
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let reference = Arc::default();
        let lists = SupportData::new(store.clone(), Arc::clone(&reference));
        tasks.spawn(support_data::follow(
            lists.clone(),
            queue.clone(),
            closing.clone(),
        ));
        let back_pressure = BackPressure::default();
        tasks.spawn(back_pressure::follow(
            back_pressure.clone(),
            queue.clone(),
            metrics.clone(),
            closing.clone(),
        ));
        Ok(Self {
            back_pressure,
            publisher: Publisher::start(queue.clone(), store.clone(), &closing, &tasks),
            limiter: Limiter::new(cache.clone(), "api", limit.max_requests, limit.window),
            keys: Keys::new(store.clone()),
            schema: Schema::new(store.clone()),
            reference,
            support_data: lists,
            requests: TaskTracker::new(),
            hurry: CancellationToken::new(),
            stopping: AtomicBool::new(false),
            config,
            store,
            queue,
            replies,
            cache,
            metrics,
            closing,
            tasks,
        })
    }

    /// Whether this process is on its way out.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// From now on this process is not ready, and closes each connection after its answer.
    pub(crate) fn begin_to_stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }
}

fn cache_settings(config: &ApiConfig) -> loadsure_cache::Settings {
    loadsure_cache::Settings {
        url: config.redis.cache_url.clone(),
        prefix: config.redis.prefix.clone(),
        pool_size: config.redis.pool_size,
        timeout: config.redis.command_timeout,
    }
}
