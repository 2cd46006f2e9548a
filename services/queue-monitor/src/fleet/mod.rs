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
    wanted: watch::Sender<u32>,
    census: watch::Receiver<Census>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Fleet {
    /// Starts `wanted` workers at once.
    pub(crate) fn start(launch: Launch, wanted: u32) -> Self {
        let (wanted, asked) = watch::channel(wanted);
        let (publish, census) = watch::channel(Census::default());
        let stop = CancellationToken::new();
        let crew = Crew::new(launch, asked, publish);
        Self {
            wanted,
            census,
            task: tokio::spawn(crew.run(stop.clone())),
            stop,
        }
    }

    /// Asks for a number of workers.
    pub(crate) fn ask(&self, workers: u32) {
        self.wanted.send_if_modified(|wanted| {
            let is_new = *wanted != workers;
            *wanted = workers;
            is_new
        });
    }

    /// The workers that there are.
    pub(crate) fn census(&self) -> Census {
        Census {
            wanted: *self.wanted.borrow(),
            ..*self.census.borrow()
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
