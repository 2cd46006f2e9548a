//! What a worker does again and again beside its jobs. Every worker does all of it; the database sees to it that two
//! never do the same.

mod eviction;
mod expire;
mod heartbeat;
mod peers;
mod purge;
mod relay;
mod schedule;
mod supervise;
mod sweep;
mod trim;
mod unsettled;

pub(crate) use eviction::Eviction;
pub(crate) use expire::Expire;
pub(crate) use heartbeat::{Beat, Line, Reach};
pub(crate) use peers::Count;
pub(crate) use purge::Purge;
pub(crate) use relay::{Relay, Wake};
pub(crate) use schedule::Refreshes;
pub(crate) use supervise::{Task, supervise};
pub(crate) use sweep::Sweep;
pub(crate) use trim::Trim;
pub(crate) use unsettled::Unsettled;

use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;

/// The kinds that this worker consumes. Nothing produces webhooks yet.
pub(crate) const KINDS: [Kind; 6] = [
    Kind::Quote,
    Kind::Booking,
    Kind::Cancellation,
    Kind::Certificate,
    Kind::SupportData,
    Kind::Maintenance,
];

/// Why a round of a task failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] Fault),
    /// Redis.
    #[error(transparent)]
    Queue(#[from] loadsure_queue::Error),
    /// The stored schedule says nothing, as one that was written by hand may.
    #[error("the schedule {cron:?} cannot be read")]
    Unreadable {
        /// The schedule.
        cron: String,
        /// Why.
        #[source]
        source: loadsure_config::InvalidSchedule,
    },
    /// The server of the streams removes keys when its memory runs out.
    #[error("Redis evicts by {policy}, and may throw jobs away: its maxmemory-policy must be noeviction")]
    Evicts {
        /// The policy.
        policy: String,
    },
    /// A mistake of ours.
    #[error("a round panicked")]
    Panicked,
}
