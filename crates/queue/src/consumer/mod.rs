//! Consuming one job stream: see "Life of a job entry" in the crate documentation.

mod dispatch;
mod handler;
mod in_flight;
mod read;
mod reclaim;
mod renew;
mod settle;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use loadsure_core::job::Kind;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info};

use crate::connection::Connection;
use crate::error::Error;
use crate::queue::Queue;

pub use handler::{Delivery, Handler, Outcome};
pub use slots::Slots;

use in_flight::InFlight;

/// Settings of a [`Consumer`].
#[derive(Debug, Clone)]
pub struct Config {
    /// Which stream.
    pub kind: Kind,
    /// How many jobs run at once. May be shared with whoever adapts it.
    pub slots: Slots,
    /// How long one read blocks at most. Bounds how late a due reclaim may come.
    pub block: Duration,
    /// How often entries of dead consumers are looked for.
    pub reclaim_every: Duration,
    /// An entry that nobody renewed for this long has a dead owner. Must exceed the longest pause of a live process.
    pub reclaim_idle: Duration,
    /// How often entries in progress are renewed; a third of `reclaim_idle` unless given. Not more than that, so that
    /// two renewals may fail.
    pub renew_every: Option<Duration>,
    /// A consumer that did nothing for this long and owns nothing is removed.
    pub remove_idle: Duration,
}

impl Config {
    /// Defaults for a kind with `slots` jobs at once.
    #[must_use]
    pub fn new(kind: Kind, slots: usize) -> Self {
        Self {
            kind,
            slots: Slots::new(slots),
            block: Duration::from_secs(2),
            reclaim_every: Duration::from_secs(10),
            reclaim_idle: Duration::from_secs(60),
            renew_every: None,
            remove_idle: Duration::from_secs(3600),
        }
    }
}

/// Takes jobs of one kind and gives them to a handler.
pub struct Consumer<H> {
    shared: Arc<Shared<H>>,
    reader: Connection,
}

/// How many jobs of one consumer are in flight. Counts living tasks, so it cannot drift (P24).
#[derive(Debug, Clone)]
pub struct Gauge {
    tasks: TaskTracker,
}

impl Gauge {
    /// Jobs in flight now.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.tasks.len()
    }
}

/// What the reader, the renewal and the tasks of a consumer have in common.
struct Shared<H> {
    queue: Queue,
    config: Config,
    stream: String,
    handler: Arc<H>,
    in_flight: InFlight,
    tasks: TaskTracker,
    /// No more is read.
    stopping: CancellationToken,
    /// Nobody waits for the tasks any more, so they end where they are, as in a crash.
    abandoned: CancellationToken,
}

impl<H: Handler> Consumer<H> {
    /// Opens the connection for blocking reads.
    ///
    /// # Errors
    /// [`Error::Config`] only; a Redis that is away is waited for in [`run`](Self::run).
    pub async fn open(queue: &Queue, config: Config, handler: Arc<H>) -> Result<Self, Error> {
        let reader = queue.reader(config.block).await?;
        let shared = Shared {
            queue: queue.clone(),
            stream: queue.names().jobs(config.kind),
            config,
            handler,
            in_flight: InFlight::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            abandoned: CancellationToken::new(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            reader,
        })
    }

    /// Tells how many jobs are in flight, also while the consumer runs.
    #[must_use]
    pub fn gauge(&self) -> Gauge {
        Gauge {
            tasks: self.shared.tasks.clone(),
        }
    }

    /// Consumes until `stop` is cancelled, then until the jobs in flight are finished.
    ///
    /// The caller bounds the drain by dropping this future. Jobs still in flight then end where they are and stay
    /// pending, to be reclaimed by another consumer.
    pub async fn run(self, stop: CancellationToken) {
        let Self { shared, reader } = self;
        let _abandon = shared.abandoned.clone().drop_guard();
        let kind = shared.config.kind;
        info!(%kind, consumer = shared.queue.instance(), slots = shared.config.slots.limit(), "consuming");
        let forward = async {
            stop.cancelled().await;
            shared.stopping.cancel();
        };
        let work = async {
            read::Reader::new(&shared, &reader).run().await;
            shared.tasks.close();
            debug!(%kind, in_flight = shared.tasks.len(), "draining");
            shared.tasks.wait().await;
        };
        tokio::select! {
            () = work => info!(%kind, "drained"),
            // These two end only with the select.
            () = async { tokio::join!(forward, shared.renew_for_ever()); } => {}
        }
    }
}

impl<H> Shared<H> {
    /// Our name in the group.
    fn consumer(&self) -> &str {
        self.queue.instance()
    }
}
