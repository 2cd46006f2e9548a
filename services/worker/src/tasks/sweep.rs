//! The sweeper: publishes again what Redis has lost.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::{EntryId, Queue};
use loadsure_store::{DueJob, Store};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::warn;

use super::{Failure, Task, Wake};

/// Jobs that are looked at together.
const BATCH: u32 = 500;

/// Pause after a round that was cut short although Redis has lost something.
const AGAIN: Duration = Duration::from_secs(1);

/// Rounds within the age at which a job is looked at.
const ROUNDS_PER_AGE: u32 = 4;

/// Looks for jobs that are published, but neither finished nor in their streams.
pub(crate) struct Sweep {
    store: Store,
    queue: Queue,
    after: Duration,
    losses: watch::Receiver<u64>,
    /// The age from which jobs are looked at in the next round.
    age: Duration,
    relay: Wake,
}

impl Sweep {
    pub(crate) fn new(store: Store, queue: Queue, after: Duration, relay: Wake) -> Self {
        Self {
            losses: queue.losses(),
            store,
            queue,
            after,
            age: after,
            relay,
        }
    }

    async fn sweep(&self) -> Result<(), Failure> {
        let began = Instant::now();
        loop {
            // Jobs that were seen in Redis since this round began are too young to be looked at again in it.
            let age = self.age.saturating_add(began.elapsed());
            let unfinished = self.store.unfinished(age, BATCH).await?;
            if unfinished.is_empty() {
                return Ok(());
            }
            self.look_for(unfinished).await?;
        }
    }

    async fn look_for(&self, unfinished: Vec<DueJob>) -> Result<(), Failure> {
        let (mut lost, mut seen) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            let (jobs, entries): (Vec<&DueJob>, Vec<Option<EntryId>>) = unfinished
                .iter()
                .filter(|job| job.kind == kind)
                .map(|job| (job, entry(job)))
                .unzip();
            // An id that nothing has stands for a missing one.
            let ids: Vec<EntryId> = entries.iter().map(|id| id.unwrap_or(EntryId::ZERO)).collect();
            let present = self.queue.presence(kind, &ids).await?;
            for (job, is_there) in jobs.into_iter().zip(present) {
                if is_there {
                    seen.push(job.id);
                } else {
                    lost.push(job.clone());
                }
            }
        }
        self.store.seen_in_redis(&seen).await?;
        if !lost.is_empty() {
            let republished = self.store.republish(&lost).await?;
            warn!(republished, "jobs that Redis lost will be published again");
            self.relay.wake();
        }
        Ok(())
    }
}

fn entry(job: &DueJob) -> Option<EntryId> {
    job.entry_id.as_deref()?.parse().ok()
}

impl Task for Sweep {
    const NAME: &'static str = "sweeper";

    async fn due(&mut self) {
        let pause = if self.age.is_zero() {
            AGAIN
        } else {
            self.after / ROUNDS_PER_AGE
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            lost = self.losses.changed() => match lost {
                Ok(()) => self.age = Duration::ZERO,
                // The queue is gone: only at the very end of a worker.
                Err(_) => std::future::pending().await,
            },
        }
    }

    async fn run(&mut self) -> Result<(), Failure> {
        self.sweep().await?;
        self.age = self.after;
        Ok(())
    }
}
