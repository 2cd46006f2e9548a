//! Workers as processes of this machine.
//!
//! A task of its own keeps the number that was asked for, so that a worker that ended is replaced without waiting for
//! the next look, and also while Redis is away.

mod backoff;
mod crew;
mod launch;
mod leash;
mod member;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crew::Crew;

pub(crate) use launch::Launch;

/// Numbers of workers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// Asked for.
    pub(crate) wanted: u32,
    /// Processes that live, have lived for a moment, and take work.
    pub(crate) living: u32,
    /// Processes that were told to end, and have not yet.
    pub(crate) draining: u32,
}

/// Workers that are kept at a number.
#[derive(Debug)]
pub(crate) struct Fleet {
    ledger: Ledger,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// The number that is asked for, and the workers that there are. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    wanted: watch::Sender<u32>,
    census: watch::Receiver<Census>,
}

impl Fleet {
    /// A fleet without workers yet.
    pub(crate) fn new(launch: Launch) -> Self {
        let (wanted, asked) = watch::channel(0);
        let (publish, census) = watch::channel(Census::default());
        let stop = CancellationToken::new();
        let crew = Crew::new(launch, asked, publish);
        Self {
            ledger: Ledger { wanted, census },
            task: tokio::spawn(crew.run(stop.clone())),
            stop,
        }
    }

    /// Where workers are asked for and counted.
    pub(crate) fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    /// The workers that there are.
    pub(crate) fn census(&self) -> Census {
        Census {
            wanted: *self.ledger.wanted.borrow(),
            ..*self.ledger.census.borrow()
        }
    }

    /// Drains all, and returns when they have ended.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            warn!(%error, "the task that keeps the workers ended early");
        }
    }
}

impl Ledger {
    /// Asks for a number of workers.
    pub(crate) fn ask(&self, workers: u32) {
        self.wanted.send_if_modified(|wanted| {
            let is_new = *wanted != workers;
            *wanted = workers;
            is_new
        });
    }

    /// Waits until so many workers, and no more, are there. Never returns while they keep ending.
    pub(crate) async fn arrived(mut self, workers: u32) {
        let is_there = |census: &Census| census.wanted == workers && census.living == workers;
        // The task that counts ends only with the fleet, and then there is nobody to wait for.
        let _counted = self.census.wait_for(is_there).await;
    }
}
