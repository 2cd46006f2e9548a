//! Bookings.

use loadsure_core::booking::Conclusion;
use loadsure_core::id::BookingId;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{Attempt, Bookings, Fault, PurchaseWork, Unanswered};
use loadsure_core::retry::Backoff;
use loadsure_core::usecase::purchase;
use loadsure_telemetry::fields;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};
use crate::crash_point::CrashPoint;

/// Buys cover.
pub(crate) struct Purchase;

impl UseCase for Purchase {
    const KIND: Kind = Kind::Booking;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        purchase::execute(witness, &tools.insurer, tools.limits, ticket).await
    }
}

impl Bookings for Witness {
    async fn purchase_work(&self, ticket: Ticket) -> Result<Option<PurchaseWork>, Fault> {
        self.store.purchase_work(ticket).await
    }

    async fn start_purchase(&self, ticket: Ticket, booking: BookingId) -> Result<Option<Attempt>, Fault> {
        let attempt = self.store.start_purchase(ticket, booking).await?;
        CrashPoint::JournalCall.reached();
        Ok(attempt)
    }

    async fn postpone_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        let open = self
            .store
            .postpone_purchase(ticket, attempt, backoff, why)
            .await?;
        self.note_retry(why);
        Ok(open)
    }

    async fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        let open = self
            .store
            .await_repeat(ticket, attempt, end, backoff, why)
            .await?;
        self.note_retry(why);
        Ok(open)
    }

    async fn repeat_purchase(&self, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
        self.store.repeat_purchase(ticket, lost).await
    }

    async fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &Conclusion,
    ) -> Result<bool, Fault> {
        CrashPoint::CallCommit.reached();
        let concluded = self.store.conclude_purchase(ticket, attempt, conclusion).await;
        if let (Err(_), Conclusion::Bought(facts)) = (&concluded, conclusion) {
            // The outcome will be called unknown. This line tells whoever settles it what is known all the same (P4).
            tracing::error!(
                { fields::BOOKING_ID } = %attempt.booking,
                { fields::CERTIFICATE_NUMBER } = %facts.number,
                "a certificate was issued and cannot be recorded"
            );
        }
        let concluded = concluded?;
        let is_bought = matches!(conclusion, Conclusion::Bought(_));
        if !concluded && !is_bought {
            return Ok(false);
        }
        CrashPoint::CommitReply.reached();
        let event = match conclusion {
            Conclusion::Bought(_) if !concluded => "booking.outcome_unknown",
            Conclusion::Bought(_) => "booking.bought",
            Conclusion::Declined(_) => "booking.declined",
            Conclusion::LostSight(_) => "booking.outcome_unknown",
            Conclusion::GivenUp(_) => "booking.failed",
        };
        self.note(Happened::to(event, "booking", attempt.booking.as_uuid()));
        Ok(concluded)
    }
}
