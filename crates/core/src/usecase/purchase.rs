//! Buying cover, at most once (design.md section 6).
//!
//! Before anything is sent, state `purchasing` is committed with the attempt. Only an answer, or the certainty that
//! nothing was sent or looked at, leads out of it; everything else is an unknown outcome that a person settles.

use std::time::Duration;

use crate::booking::{Conclusion, Status};
use crate::error_code::ErrorCode;
use crate::insurer::{Failure, Lost};
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{Attempt, Bookings, Fault, Insurer, PurchaseWork};
use crate::quote;
use crate::retry::{Backoff, Policy};

/// Limits of a purchase.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that a live worker can be inside the call: the insurer client's total timeout and a margin.
    pub longest_call: Duration,
}

/// Buys the quote of a job.
///
/// # Errors
/// When the storage fails; the message stays pending then, and whoever gets it finds the state that was committed.
pub async fn execute(
    store: &impl Bookings,
    insurer: &impl Insurer,
    limits: Limits,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    let Some(work) = store.purchase_work(ticket).await? else {
        return Ok(Verdict::Stale);
    };
    match work.status {
        Status::Requested => buy(store, insurer, ticket, work).await,
        Status::Purchasing => interrupted(store, limits, ticket, &work).await,
        // Concluded, but the end of the job was not: only possible when they were committed apart.
        Status::Active | Status::Failed | Status::OutcomeUnknown | Status::Cancelled => Ok(Verdict::Stale),
    }
}

async fn buy(
    store: &impl Bookings,
    insurer: &impl Insurer,
    ticket: Ticket,
    work: PurchaseWork,
) -> Result<Verdict, Fault> {
    let token = match (work.quote_status, work.token) {
        (quote::Status::Active, Some(token)) => token,
        (quote::Status::Expired, _) => {
            return conclude(
                store,
                ticket,
                work.booking,
                Conclusion::GivenUp(ErrorCode::QuoteExpired),
            )
            .await;
        }
        _ => {
            return conclude(
                store,
                ticket,
                work.booking,
                Conclusion::GivenUp(ErrorCode::QuoteNotBookable),
            )
            .await;
        }
    };
    let Some(attempt) = store.start_purchase(ticket, work.booking).await? else {
        return Ok(Verdict::Stale);
    };
    match insurer.purchase(&token, &work.send_emails_to).await {
        Ok(facts) => conclude(store, ticket, work.booking, Conclusion::Bought(Box::new(facts))).await,
        Err(Failure::Declined { reasons, .. }) => {
            conclude(store, ticket, work.booking, Conclusion::Declined(reasons)).await
        }
        Err(Failure::Unknown { what, .. }) => {
            conclude(
                store,
                ticket,
                work.booking,
                Conclusion::LostSight(what.to_string()),
            )
            .await
        }
        Err(failure @ (Failure::NotSent(_) | Failure::Refused { .. })) => {
            postpone(store, ticket, attempt, &failure).await
        }
    }
}

/// Nothing was bought: the booking goes back to `requested` and the job comes back, or is given up.
async fn postpone(
    store: &impl Bookings,
    ticket: Ticket,
    attempt: Attempt,
    failure: &Failure,
) -> Result<Verdict, Fault> {
    let (code, retry_after) = super::repeatable(failure);
    let next = Policy::of(Kind::Booking).after(ticket.attempt, retry_after);
    let backoff = next.unwrap_or(Backoff {
        at_least: Duration::ZERO,
        spread: Duration::ZERO,
    });
    store
        .postpone_purchase(ticket, attempt, backoff, &failure.to_string())
        .await?;
    if next.is_some() {
        return Ok(Verdict::Retry);
    }
    let given_up = Ticket {
        attempt: ticket.attempt.saturating_add(1),
        ..ticket
    };
    conclude(store, given_up, attempt.booking, Conclusion::GivenUp(code)).await
}

/// Found in `purchasing`: either another worker is inside the call right now, or it died there. It is never
/// simply sent again (P2, P3).
async fn interrupted(
    store: &impl Bookings,
    limits: Limits,
    ticket: Ticket,
    work: &PurchaseWork,
) -> Result<Verdict, Fault> {
    let running_for = work.purchasing_for.unwrap_or(Duration::MAX);
    if let Some(rest) = limits
        .longest_call
        .checked_sub(running_for)
        .filter(|rest| !rest.is_zero())
    {
        let backoff = Backoff {
            at_least: rest,
            spread: Duration::ZERO,
        };
        store.retry(ticket, backoff, "the purchase is under way").await?;
        return Ok(Verdict::Retry);
    }
    conclude(
        store,
        ticket,
        work.booking,
        Conclusion::LostSight(Lost::Interrupted.to_string()),
    )
    .await
}

async fn conclude(
    store: &impl Bookings,
    ticket: Ticket,
    booking: crate::id::BookingId,
    conclusion: Conclusion,
) -> Result<Verdict, Fault> {
    store.conclude_purchase(ticket, booking, &conclusion).await?;
    Ok(match conclusion {
        Conclusion::Bought(_) | Conclusion::Declined(_) => Verdict::Done,
        Conclusion::GivenUp(ErrorCode::QuoteExpired | ErrorCode::QuoteNotBookable) => Verdict::Done,
        Conclusion::GivenUp(code) => Verdict::Dead {
            code,
            why: "every attempt was turned away".to_owned(),
        },
        Conclusion::LostSight(_) => Verdict::Unknown,
    })
}
