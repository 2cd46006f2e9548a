//! Whether the database can be worked with now. One task finds out, so that nobody has to ask before each job.

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_store::{Store, schema_is_current};
use loadsure_telemetry::fields;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Pause between two looks while all is well: how long a worker without work may not notice an outage.
const WELL: Duration = Duration::from_secs(2);

/// Pause between two looks during an outage: how much later than possible work goes on.
const ILL: Duration = Duration::from_millis(200);

/// What is known of the database. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    store: Store,
    available: watch::Sender<bool>,
}

/// Why the database cannot be worked with.
#[derive(Debug)]
enum Unusable {
    Away(Fault),
    /// Migrations are missing: work that is begun would fail for a reason that is not its own.
    Outdated,
}

impl Database {
    /// Nothing is known yet, so it counts as away.
    pub(crate) fn new(store: Store) -> Self {
        let (available, _) = watch::channel(false);
        Self { store, available }
    }

    /// Whether it can be worked with.
    pub(crate) fn is_available(&self) -> bool {
        *self.available.borrow()
    }

    /// Waits until it can be worked with.
    pub(crate) async fn available(&self) {
        let mut seen = self.available.subscribe();
        // The sender is part of `self`, so the channel cannot be closed.
        let _open = seen.wait_for(|available| *available).await;
    }

    /// Notes that work met an outage. The first piece of work that does is logged.
    pub(crate) fn failed(&self, fault: &Fault) {
        if self.available.send_replace(false) {
            warn!(
                { fields::ERROR } = fields::causes(fault),
                "work met an outage of the database"
            );
        }
    }

    /// Finds out until `stop`.
    pub(crate) async fn watch(self, stop: CancellationToken) {
        let mut said = false;
        while !stop.is_cancelled() {
            match self.look().await {
                Ok(()) => self.recovered(&mut said),
                Err(unusable) => self.complain(&unusable, &mut said),
            }
            if stop.run_until_cancelled(self.pause()).await.is_none() {
                return;
            }
        }
    }

    async fn look(&self) -> Result<(), Unusable> {
        if self.is_available() {
            return self.store.probe().await.map_err(Unusable::Away);
        }
        // After an outage it may be another server, so the schema is looked at again.
        match schema_is_current(&self.store).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unusable::Outdated),
            Err(fault) => Err(Unusable::Away(fault)),
        }
    }

    fn recovered(&self, said: &mut bool) {
        if !self.available.send_replace(true) {
            info!("the database is available");
        }
        *said = false;
    }

    fn complain(&self, unusable: &Unusable, said: &mut bool) {
        self.available.send_replace(false);
        if std::mem::replace(said, true) {
            return;
        }
        match unusable {
            Unusable::Away(fault) => {
                warn!(
                    { fields::ERROR } = fields::causes(fault),
                    "waiting for the database"
                );
            }
            Unusable::Outdated => {
                warn!("waiting for the migrations of the database: run loadsurectl migrate")
            }
        }
    }

    /// Ends early when work meets an outage.
    async fn pause(&self) {
        if self.is_available() {
            let mut seen = self.available.subscribe();
            let _over = tokio::time::timeout(WELL, seen.wait_for(|available| !*available)).await;
        } else {
            tokio::time::sleep(ILL).await;
        }
    }
}
