//! Jobs: the outbox, and what becomes of each job.

mod abandon;
mod dead;
mod end;
mod outbox;
mod relay;
mod view;

use std::time::Duration;

pub use abandon::Abandoned;
pub use dead::{DeadJob, DeadOrder};
pub(crate) use end::{FAILED, attempt, failed, millis, put_off};
pub use outbox::{Outbox, OutboxJobs};
pub use relay::{DueJob, Published};
pub use view::{JobState, JobView};

use loadsure_core::id::JobId;

/// A job to be accepted.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// The reply stream of the API instance that waits for it.
    pub reply_to: Option<String>,
    /// The trace that it belongs to.
    pub traceparent: Option<String>,
}

/// The API publishes a job itself right after its commit; the relay leaves a new job alone for so long, so that it
/// publishes only what the API could not.
const FAST_PATH: Duration = Duration::from_secs(2);

impl NewJob {
    /// Milliseconds after which the relay takes over, as an interval's factor.
    pub(crate) fn relay_after_ms(&self) -> f64 {
        FAST_PATH.as_secs_f64() * 1_000.0
    }
}
