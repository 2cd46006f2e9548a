//! What a worker implements.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::entry::EntryId;
use crate::event::Event;
use crate::message::Message;
use crate::reply::Reply;

/// One delivery of a job. The same job may be delivered again, also while it runs elsewhere.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The entry.
    pub id: EntryId,
    /// The job.
    pub message: Message,
    /// How often the entry was delivered, this time included. Above a limit the job probably kills its workers.
    pub deliveries: u64,
    /// Whether it was taken over from a consumer that went silent.
    pub reclaimed: bool,
    /// Set when the entry is no longer ours, so that someone else may run the job at the same time. A handler looks at
    /// it before it begins something that must not happen twice.
    pub lost: CancellationToken,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The result, whatever it is, is committed. The entry is acknowledged.
    Finished {
        /// Wakes the API instance named by the message.
        reply: Option<Reply>,
        /// Told to everyone.
        event: Option<Event>,
    },
    /// Nothing could be decided, as when the database is away. The entry stays pending and comes again after
    /// [`reclaim_idle`](crate::ConsumerConfig::reclaim_idle), to this or another worker, and this delivery does not count.
    NotMine,
}

/// Does the work.
pub trait Handler: Send + Sync + 'static {
    /// Works on one delivery, and commits the result before it returns.
    fn handle(&self, delivery: Delivery) -> impl Future<Output = Outcome> + Send;

    /// Decides about a delivery for which [`handle`](Self::handle) panicked. The usual answer is a dead letter.
    fn panicked(&self, delivery: Delivery) -> impl Future<Output = Outcome> + Send;

    /// Awaited before each read. A worker that cannot work now, as when its database is away, does not return until
    /// it can, and so takes nothing that it would only leave pending.
    fn ready(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}
