//! The fast path from an accepted job to its stream, off the requests' way.
//!
//! One task appends whatever is waiting in one pipeline, another notes in the database what was appended. Neither is
//! needed for a job to be done: what is lost here is published by the relay of the workers.

use std::time::Duration;

use loadsure_core::id::JobId;
use loadsure_queue::{Message, Queue};
use loadsure_store::{Published, Store};
use loadsure_telemetry::fields;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// Jobs that may wait to be appended; more are left to the relay.
const BACKLOG: usize = 4096;

/// Jobs in one pipeline or statement.
const BATCH: usize = 256;

/// How long notes are gathered. Far below the two seconds after which the relay would publish a job again, and long
/// enough that most jobs have ended before they are noted, which saves a write of their rows.
const GATHER: Duration = Duration::from_millis(100);

/// Hands jobs to the task that publishes them.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    jobs: mpsc::Sender<Message>,
}

impl Publisher {
    /// Starts both tasks; they end after `closing`, with what was handed over until then.
    pub(crate) fn start(
        queue: Queue,
        store: Store,
        closing: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let (jobs, waiting) = mpsc::channel(BACKLOG);
        let (notes, noted) = mpsc::channel(BACKLOG);
        tasks.spawn(append(queue, waiting, notes, closing.clone()));
        tasks.spawn(note(store, noted));
        Self { jobs }
    }

    /// Publishes a committed job soon. Never waits: what cannot be taken is left to the relay.
    pub(crate) fn publish(&self, message: Message) {
        if let Err(refused) = self.jobs.try_send(message) {
            let job = refused.into_inner().job;
            warn!({ fields::JOB_ID } = %job, "too many jobs wait to be published: left to the relay");
        }
    }
}

/// Dropping `notes` at its end ends the other task.
async fn append(
    queue: Queue,
    mut waiting: mpsc::Receiver<Message>,
    notes: mpsc::Sender<Published>,
    closing: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            taken = waiting.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = closing.cancelled() => waiting.close(),
        }
        if !batch.is_empty() {
            publish(&queue, &batch, &notes).await;
            batch.clear();
        }
    }
}

async fn publish(queue: &Queue, batch: &[Message], notes: &mpsc::Sender<Published>) {
    let entries = match queue.publish(batch).await {
        Ok(entries) => entries,
        Err(error) => {
            warn!(
                { fields::ERROR } = fields::causes(&error),
                jobs = batch.len(),
                "jobs are left to the relay"
            );
            return;
        }
    };
    for (message, entry) in batch.iter().zip(entries) {
        let published = Published {
            job: message.job,
            attempt: message.attempt,
            entry_id: entry.to_string(),
        };
        if notes.try_send(published).is_err() {
            unnoted(message.job);
        }
    }
}

fn unnoted(job: JobId) {
    warn!({ fields::JOB_ID } = %job, "a published job is not noted: the relay will publish it once more");
}

async fn note(store: Store, mut noted: mpsc::Receiver<Published>) {
    let mut batch = Vec::with_capacity(BATCH);
    while noted.recv_many(&mut batch, BATCH).await > 0 {
        if batch.len() < BATCH && !noted.is_closed() {
            tokio::time::sleep(GATHER).await;
            while batch.len() < BATCH
                && let Ok(more) = noted.try_recv()
            {
                batch.push(more);
            }
        }
        if let Err(error) = store.mark_published(&batch).await {
            warn!(
                { fields::ERROR } = fields::causes(&error),
                jobs = batch.len(),
                "published jobs are not noted"
            );
        }
        batch.clear();
    }
}
