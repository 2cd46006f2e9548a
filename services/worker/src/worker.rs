//! A running worker.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use loadsure_config::WorkerServiceConfig;
use loadsure_queue::{Consumer, Queue};
use loadsure_service::adapters;
use loadsure_store::Store;
use loadsure_telemetry::internal::Server;
use loadsure_telemetry::{Metrics, fields};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::database::Database;
use crate::error::StartError;
use crate::handler::{Ask, Cancel, JobHandler, Price, Purchase, Refresh, Settle, Tools, UseCase};
use crate::observer::InsurerMetrics;
use crate::pace::Pace;
use crate::protection::Shared;
use crate::rates::{Peers, Rates};
use crate::settings;
use crate::tally::Tally;
use crate::tasks::{
    Beat, Count, Eviction, Expire, Line, Purge, Reach, Refreshes, Relay, Sweep, Task, Trim, Unsettled, Wake,
    supervise,
};

/// Time for the last rounds of the tasks beside the jobs.
const LAST_ROUNDS: Duration = Duration::from_secs(2);

/// A running worker. Dropping it ends it where it is, as a crash would; [`Worker::stop`] drains it.
#[derive(Debug)]
pub struct Worker {
    database: Database,
    queue: Queue,
    store: Store,
    internal: Option<Server>,
    drain: Duration,
    /// No new work is begun.
    stopping: CancellationToken,
    /// The jobs are over.
    drained: CancellationToken,
    consumers: JoinSet<()>,
    tasks: JoinSet<()>,
}

impl Worker {
    /// Starts a worker, and returns once its consumers run. It starts, and waits, also while PostgreSQL, Redis or the
    /// insurer are away (P16).
    ///
    /// # Errors
    /// When the settings cannot be used, or the internal address cannot be listened on.
    pub async fn start(config: WorkerServiceConfig, metrics: Metrics) -> Result<Self, StartError> {
        let store = Store::new(&adapters::store(&config.database, settings::SERVICE))?;
        let client = loadsure_insurer::Client::new(settings::insurer(&config.insurer))?
            .observed(Arc::new(InsurerMetrics(metrics.clone())));
        let queue = Queue::connect(&adapters::queue(&config.redis, &config.app.instance)).await?;
        let (pace, peers) = (Arc::new(Pace::new(metrics.clone())), Peers::unheard());
        let limits = config.insurer.rates.clone();
        let rates = Arc::new(Rates::new(limits, queue.clone(), metrics.clone(), peers.clone()));
        let shared = Shared::new(
            client,
            settings::protection(&config.insurer.protection),
            rates.clone(),
            pace.clone(),
            queue.clone(),
            metrics.clone(),
        );
        let stopping = CancellationToken::new();
        let mut worker = Self {
            database: Database::new(store.clone()),
            queue,
            store,
            internal: None,
            drain: config.worker.drain,
            stopping,
            drained: CancellationToken::new(),
            consumers: JoinSet::new(),
            tasks: JoinSet::new(),
        };
        let tools = Arc::new(Tools {
            store: worker.store.clone(),
            database: worker.database.clone(),
            queue: worker.queue.clone(),
            insurer: shared.insurer(),
            limits: settings::limits(&config),
            max_deliveries: config.worker.max_deliveries,
            metrics: metrics.clone(),
            stopping: worker.stopping.clone(),
        });
        shared.learn().await;
        let reach = Reach {
            insurer: shared.insurer(),
            rates,
        };
        worker.share(shared);
        let lines = worker.consume(&config, &tools, &pace).await?;
        worker.give_signs_of_life(lines, reach, peers);
        worker.begin_tasks(&config, metrics.clone());
        worker.serve(&config, metrics)?;
        Ok(worker)
    }

    /// Whether it can work now: the database and Redis are there, and it is not being stopped.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.readiness()()
    }

    /// Where metrics and health are served, if they are.
    #[must_use]
    pub fn internal_address(&self) -> Option<std::net::SocketAddr> {
        self.internal.as_ref().map(Server::address)
    }

    /// Stops in good order: takes no more work, finishes what it has within `WORKER_DRAIN_MS`, and closes its
    /// connections. What is not finished by then is left to other workers. Tells whether all was finished.
    pub async fn stop(mut self) -> bool {
        self.stopping.cancel();
        let drained = self.drain().await;
        self.drained.cancel();
        if !ended(&mut self.tasks, LAST_ROUNDS).await {
            self.tasks.shutdown().await;
        }
        if let Some(server) = &self.internal {
            server.stop().await;
        }
        self.store.close();
        drained
    }

    async fn drain(&mut self) -> bool {
        info!("stopping: jobs at work are finished");
        let drained = ended(&mut self.consumers, self.drain).await;
        if !drained {
            warn!("jobs are left to other workers");
            self.consumers.shutdown().await;
        }
        drained
    }

    fn readiness(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let (database, queue, stopping) = (self.database.clone(), self.queue.clone(), self.stopping.clone());
        move || database.is_available() && queue.is_connected() && !stopping.is_cancelled()
    }

    /// Shares pauses with other workers, as long as there are jobs.
    fn share(&mut self, shared: Shared) {
        let drained = self.drained.clone();
        self.tasks.spawn(async move {
            drained.run_until_cancelled(shared.run()).await;
        });
    }

    /// One consumer for each kind, so that none keeps another waiting.
    async fn consume(
        &mut self,
        config: &WorkerServiceConfig,
        tools: &Arc<Tools>,
        pace: &Pace,
    ) -> Result<Vec<Line>, StartError> {
        let (quotes, bookings, cancellations, certificates, refreshes, settlements) = tokio::try_join!(
            open::<Price>(config, tools, pace),
            open::<Purchase>(config, tools, pace),
            open::<Cancel>(config, tools, pace),
            open::<Ask>(config, tools, pace),
            open::<Refresh>(config, tools, pace),
            open::<Settle>(config, tools, pace),
        )?;
        Ok(vec![
            self.run(quotes),
            self.run(bookings),
            self.run(cancellations),
            self.run(certificates),
            self.run(refreshes),
            self.run(settlements),
        ])
    }

    fn run<U: UseCase>(&mut self, (consumer, line): (Consumer<JobHandler<U>>, Line)) -> Line {
        self.consumers.spawn(consumer.run(self.stopping.clone()));
        line
    }

    /// The database is watched, and signs of life are given and heard, as long as there are jobs.
    fn give_signs_of_life(&mut self, lines: Vec<Line>, reach: Reach, peers: Peers) {
        let (queue, drained) = (self.queue.clone(), self.drained.clone());
        self.tasks.spawn(self.database.clone().watch(drained.clone()));
        let beat = Beat::new(queue.clone(), lines, reach, self.stopping.clone());
        self.begin(beat, &drained);
        self.begin(Count::new(queue, peers), &drained);
    }

    fn begin_tasks(&mut self, config: &WorkerServiceConfig, metrics: Metrics) {
        let (store, queue, wake) = (self.store.clone(), self.queue.clone(), Wake::default());
        let stopping = self.stopping.clone();
        let relay = Relay {
            store: store.clone(),
            queue: queue.clone(),
            every: config.worker.relay_interval,
            wake: wake.clone(),
        };
        self.begin(relay, &stopping);
        let sweep = Sweep::new(
            store.clone(),
            queue.clone(),
            config.worker.sweep_after,
            wake.clone(),
        );
        self.begin(sweep, &stopping);
        self.begin(Eviction::new(queue.clone()), &stopping);
        self.begin(Trim { queue }, &stopping);
        self.begin(Expire { store: store.clone() }, &stopping);
        self.begin(Purge { store: store.clone() }, &stopping);
        self.begin(Unsettled::new(store.clone(), metrics), &stopping);
        let schedule = config.support_data.refresh_schedule.to_string();
        self.begin(Refreshes::new(store, wake, schedule), &stopping);
    }

    fn begin<T: Task>(&mut self, task: T, until: &CancellationToken) {
        self.tasks
            .spawn(supervise(task, self.database.clone(), until.clone()));
    }

    fn serve(&mut self, config: &WorkerServiceConfig, metrics: Metrics) -> Result<(), StartError> {
        let Some(address) = config.telemetry.metrics_addr else {
            return Ok(());
        };
        let is_ready = self.readiness();
        let ready = move || std::future::ready(is_ready()).boxed();
        let server = Server::start(address, metrics, ready).map_err(StartError::Internal)?;
        info!(address = %server.address(), "serving metrics and health");
        self.internal = Some(server);
        Ok(())
    }
}

/// Opens the consumer of a kind. Redis may be away.
async fn open<U: UseCase>(
    config: &WorkerServiceConfig,
    tools: &Arc<Tools>,
    pace: &Pace,
) -> Result<(Consumer<JobHandler<U>>, Line), StartError> {
    let tally = Arc::new(Tally::default());
    let bounds = config.worker.slots(U::KIND);
    let slots = pace.slots(U::KIND, bounds);
    let consumer_config = settings::consumer(&config.worker, U::KIND, slots.clone());
    let handler = Arc::new(JobHandler::<U>::new(tools.clone(), tally.clone()));
    let consumer = Consumer::open(&tools.queue, consumer_config, handler).await?;
    let line = Line {
        kind: U::KIND,
        slots,
        bounds,
        gauge: consumer.gauge(),
        tally,
    };
    Ok((consumer, line))
}

/// Whether all tasks of a set end within `at_most`.
async fn ended(set: &mut JoinSet<()>, at_most: Duration) -> bool {
    let all = async {
        while let Some(one) = set.join_next().await {
            if let Err(error) = one {
                warn!(
                    { fields::ERROR } = fields::causes(&error),
                    "a part of the worker ended early"
                );
            }
        }
    };
    tokio::time::timeout(at_most, all).await.is_ok()
}
