//! A storage as one worker sees it: every call waits at the worker's gate, and may fail there.

use loadsure_core::id::{BookingId, CancellationId, QuoteId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{
    Attempt, Bookings, CancellationWork, Cancellations, Fault, Jobs, PricingWork, PurchaseWork, Quotes,
    SettlementWork, Settlements, Unanswered,
};
use loadsure_core::retry::Backoff;
use loadsure_core::settlement::Refusal;
use loadsure_core::{booking, cancellation, certificate, error_code, quote};
use serde_json::Value;

use crate::protocol::gate::{Gate, Point};
use crate::protocol::op::Database;

/// A storage behind a gate.
#[derive(Debug, Clone)]
pub(crate) struct Gated<S> {
    pub(crate) storage: S,
    pub(crate) gate: Gate,
}

pub(crate) fn away() -> Fault {
    Fault::Unavailable("by the schedule".into())
}

impl<S: Sync> Gated<S> {
    async fn through<T>(&self, call: impl Future<Output = Result<T, Fault>> + Send) -> Result<T, Fault> {
        match self.gate.pass(Point::Store).await.database {
            Database::Works => call.await,
            Database::Away => Err(away()),
            Database::Unheard => call.await.and(Err(away())),
        }
    }
}

impl<S: Jobs> Jobs for Gated<S> {
    async fn retry(&self, ticket: Ticket, backoff: Backoff, why: &str) -> Result<(), Fault> {
        self.through(self.storage.retry(ticket, backoff, why)).await
    }

    async fn finish(&self, ticket: Ticket, result: Value) -> Result<(), Fault> {
        self.through(self.storage.finish(ticket, result)).await
    }

    async fn bury(&self, ticket: Ticket, code: error_code::ErrorCode, why: &str) -> Result<(), Fault> {
        self.through(self.storage.bury(ticket, code, why)).await
    }
}

impl<S: Quotes> Quotes for Gated<S> {
    async fn pricing_work(&self, ticket: Ticket) -> Result<Option<PricingWork>, Fault> {
        self.through(self.storage.pricing_work(ticket)).await
    }

    async fn conclude_pricing(
        &self,
        ticket: Ticket,
        quote: QuoteId,
        conclusion: &quote::Conclusion,
    ) -> Result<(), Fault> {
        self.through(self.storage.conclude_pricing(ticket, quote, conclusion))
            .await
    }
}

impl<S: Bookings> Bookings for Gated<S> {
    async fn purchase_work(&self, ticket: Ticket) -> Result<Option<PurchaseWork>, Fault> {
        self.through(self.storage.purchase_work(ticket)).await
    }

    async fn start_purchase(&self, ticket: Ticket, booking: BookingId) -> Result<Option<Attempt>, Fault> {
        self.through(self.storage.start_purchase(ticket, booking)).await
    }

    async fn postpone_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        self.through(self.storage.postpone_purchase(ticket, attempt, backoff, why))
            .await
    }

    async fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        self.through(self.storage.await_repeat(ticket, attempt, end, backoff, why))
            .await
    }

    async fn repeat_purchase(&self, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
        self.through(self.storage.repeat_purchase(ticket, lost)).await
    }

    async fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &booking::Conclusion,
    ) -> Result<bool, Fault> {
        self.through(self.storage.conclude_purchase(ticket, attempt, conclusion))
            .await
    }
}

impl<S: Cancellations> Cancellations for Gated<S> {
    async fn cancellation_work(&self, ticket: Ticket) -> Result<Option<CancellationWork>, Fault> {
        self.through(self.storage.cancellation_work(ticket)).await
    }

    async fn start_cancellation(&self, id: CancellationId) -> Result<(), Fault> {
        self.through(self.storage.start_cancellation(id)).await
    }

    async fn conclude_cancellation(
        &self,
        ticket: Ticket,
        work: &CancellationWork,
        conclusion: &cancellation::Conclusion,
    ) -> Result<(), Fault> {
        self.through(self.storage.conclude_cancellation(ticket, work, conclusion))
            .await
    }
}

impl<S: Settlements> Settlements for Gated<S> {
    async fn settlement_work(&self, ticket: Ticket) -> Result<Option<SettlementWork>, Fault> {
        self.through(self.storage.settlement_work(ticket)).await
    }

    async fn settle_bought(
        &self,
        ticket: Ticket,
        work: &SettlementWork,
        facts: &certificate::Facts,
    ) -> Result<Result<(), Refusal>, Fault> {
        self.through(self.storage.settle_bought(ticket, work, facts))
            .await
    }
}
