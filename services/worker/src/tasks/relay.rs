//! The outbox relay: publishes what is due and was not published by whoever accepted it (P17).

use std::sync::Arc;
use std::time::Duration;

use loadsure_queue::{Message, Queue};
use loadsure_store::{DueJob, Published, Store};
use tokio::sync::Notify;

use super::{Failure, Task};

/// Jobs in one transaction. At this size one relay moves several times what the API can accept.
const BATCH: u32 = 256;

/// Has the relay run at once, when it is known that something is due.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    /// Something is due.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}

/// Moves due jobs to their streams.
pub(crate) struct Relay {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) every: Duration,
    pub(crate) wake: Wake,
}

impl Task for Relay {
    const NAME: &'static str = "relay";

    async fn due(&mut self) {
        let _early = tokio::time::timeout(self.every, self.wake.0.notified()).await;
    }

    async fn run(&mut self) -> Result<(), Failure> {
        while self.batch().await? == usize::try_from(BATCH).unwrap_or(usize::MAX) {}
        Ok(())
    }
}

impl Relay {
    async fn batch(&self) -> Result<usize, Failure> {
        let publish = async |due: Vec<DueJob>| {
            let messages: Vec<Message> = due.into_iter().map(message).collect();
            let entries = self.queue.publish(&messages).await?;
            let published = messages.iter().zip(entries).map(|(message, entry)| Published {
                job: message.job,
                attempt: message.attempt,
                entry_id: entry.to_string(),
            });
            Ok::<_, Failure>(published.collect())
        };
        self.store.relay(BATCH, publish).await
    }
}

fn message(job: DueJob) -> Message {
    Message {
        kind: job.kind,
        job: job.id,
        attempt: job.attempt,
        tenant: job.tenant,
        created_at: job.created_at,
        traceparent: job.traceparent,
        reply_to: job.reply_to,
    }
}
