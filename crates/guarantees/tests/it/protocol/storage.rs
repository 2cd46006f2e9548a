//! What the schedule asks of a storage beyond the ports of the use cases. In memory and in PostgreSQL it is the same.

use std::time::Duration;

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Bookings, Cancellations, Fault, Quotes, Settlements};
use loadsure_store::{Abandoned, Acceptance, DueJob, Key, Published};

use crate::protocol::snapshot::Snapshot;

/// A storage that a schedule is played on. Each method is that of `loadsure_store::Store` with the same name.
pub(crate) trait Storage {
    /// What the use cases are given.
    type Ports: Quotes + Bookings + Cancellations + Settlements + 'static;

    fn ports(&self) -> Self::Ports;

    async fn accept_quote(
        &self,
        id: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<JobId>, Fault>;

    async fn accept_booking(
        &self,
        quote: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(BookingId, JobId)>, Fault>;

    async fn accept_cancellation(
        &self,
        order: &Order,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(CancellationId, JobId)>, Fault>;

    async fn accept_settlement(
        &self,
        booking: BookingId,
        number: &Number,
        job: JobId,
    ) -> Result<Acceptance<JobId>, Fault>;

    async fn settle_not_bought(&self, booking: BookingId) -> Result<Acceptance<()>, Fault>;

    async fn abandon(&self, ticket: Ticket, code: ErrorCode, why: &str) -> Result<Abandoned, Fault>;

    async fn mark_published(&self, published: &[Published]) -> Result<(), Fault>;

    /// Publishes every job that waits, however long its back-off; with `noted`, the database hears of it.
    async fn relay(
        &self,
        publish: &mut dyn FnMut(Vec<DueJob>) -> Vec<Published>,
        noted: bool,
    ) -> Result<(), Fault>;

    async fn unfinished(&self) -> Result<Vec<DueJob>, Fault>;

    async fn republish(&self, lost: &[DueJob]) -> Result<u64, Fault>;

    async fn expire_quotes(&self) -> Result<u64, Fault>;

    /// The booking of a quote, if there is one.
    async fn booking_of(&self, quote: QuoteId) -> Option<BookingId>;

    /// Makes everything older.
    async fn pass(&self, time: Duration);

    /// How quotes and jobs stand, in the order given.
    async fn look(&self, quotes: &[QuoteId], jobs: &[JobId]) -> Snapshot;
}
