#![doc = include_str!("../README.md")]

mod audit;
mod bookings;
mod cancellations;
mod certificates;
mod connect;
mod fault;
mod idempotency;
mod jobs;
pub mod keys;
mod migrate;
mod page;
mod pool;
mod purge;
mod quotes;
pub mod scaling;
mod schedule;
mod sql;
mod support_data;
mod tls;
mod vitals;

pub use bookings::{JournalEntry, NewBooking, NewSettlement, Purchase};
pub use cancellations::Outcome as CancellationOutcome;
pub use certificates::Found;
pub use idempotency::{Acceptance, Answer, Key, Replay};
pub use jobs::{
    Abandoned, DeadJob, DeadOrder, DueJob, JobState, JobView, NewJob, Outbox, OutboxJobs, Published,
};
pub use migrate::{MIGRATIONS_FINGERPRINT, migrate, schema_is_current};
pub use page::{Cursor, Filter, Page, Paging};
pub use pool::{ConnectError, Settings, Store};
pub use quotes::NewQuote;
pub use schedule::Schedule;
pub use support_data::{KindStatus, List};
pub use vitals::Vitals;

use loadsure_core::id::TenantId;

/// The tenant of a service without keys, and of work that belongs to nobody (migration V0001).
#[must_use]
pub fn local_tenant() -> TenantId {
    TenantId::from(uuid::Uuid::from_u128(0x7000_8000_0000_0000_0000))
}
