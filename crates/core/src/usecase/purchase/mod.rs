//! Buying cover, at most once (design.md section 6).
//!
//! It waits for its turn first. Before anything is sent, state `purchasing` is committed with the attempt. Only an answer, or the certainty that
//! nothing was sent or looked at, leads out of it; everything else is an unknown outcome that a person settles, unless
//! operations have established that a repeat is safe ([`RepeatPurchase`]).

mod send;

use std::time::Duration;

use serde_json::Value;

use self::send::{Call, Sending, conclude};
use crate::booking::{Conclusion, Status};
use crate::error_code::ErrorCode;
use crate::insurer::{Lost, Operation};
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{Attempt, Bookings, Fault, Insurer, PurchaseWork};
use crate::quote;
use crate::repeat::RepeatPurchase;
use crate::retry::{Backoff, Policy};

/// Limits of a purchase.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that a live worker can be inside an attempt: the insurer client's total timeout and a margin that
    /// is larger than `send_within`.
    pub longest_call: Duration,
    /// How long after its journalling began an attempt may still be sent: [`SEND_WITHIN`].
    pub send_within: Duration,
    /// What a repeat of a purchase does.
    pub repeat: RepeatPurchase,
}

/// How long after its journalling began an attempt may still be sent.
///
/// A worker that was frozen in between (stopped, swapped out, its machine suspended) wakes up to a world in which
/// others have called its attempt lost, and a person may have settled it as not bought. It sends nothing then. What
/// remains is the time between this check and the writing of the request.
pub const SEND_WITHIN: Duration = Duration::from_secs(5);

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
    let call = Call {
        store,
        insurer,
        limits,
        ticket,
    };
    match work.status {
        Status::Requested => buy(&call, work).await,
        Status::Purchasing => resume(&call, work).await,
        // Concluded by a worker that came back late with the work of an earlier job. Whoever waits reads the booking.
        Status::Active | Status::Failed | Status::OutcomeUnknown | Status::Cancelled => {
            store.finish(ticket, Value::Null).await?;
            Ok(Verdict::Done)
        }
    }
}

async fn buy(call: &Call<'_, impl Bookings, impl Insurer>, work: PurchaseWork) -> Result<Verdict, Fault> {
    if let Some(code) = refusal(&work) {
        return give_up(call, &work, code).await;
    }
    if let Some(verdict) = wait(call, &work, 0).await? {
        return Ok(verdict);
    }
    let sending = Sending::begin(0);
    match call.store.start_purchase(call.ticket, work.booking).await? {
        Some(attempt) => sending.send(call, &work, attempt).await,
        None => not_started(call).await,
    }
}

/// Why a booking cannot be bought.
const fn refusal(work: &PurchaseWork) -> Option<ErrorCode> {
    match (work.quote_status, &work.token) {
        (quote::Status::Active, Some(_)) => None,
        (quote::Status::Expired, _) => Some(ErrorCode::QuoteExpired),
        _ => Some(ErrorCode::QuoteNotBookable),
    }
}

async fn give_up(
    call: &Call<'_, impl Bookings, impl Insurer>,
    work: &PurchaseWork,
    code: ErrorCode,
) -> Result<Verdict, Fault> {
    let conclusion = Conclusion::GivenUp(code);
    conclude(call.store, call.ticket, last_attempt(work), conclusion).await
}

/// Another worker was faster, or the quote has ended while the purchase waited for its turn.
async fn not_started(call: &Call<'_, impl Bookings, impl Insurer>) -> Result<Verdict, Fault> {
    let work = call.store.purchase_work(call.ticket).await?;
    match work.filter(|work| work.status == Status::Requested) {
        Some(work) => match refusal(&work) {
            Some(code) => give_up(call, &work, code).await,
            None => Ok(Verdict::Stale),
        },
        None => Ok(Verdict::Stale),
    }
}

/// Waits for the turn of a purchase of which sight was `lost` so often. Says how the attempt ended if that did not come:
/// nothing was journalled then, and nothing sent.
async fn wait(
    call: &Call<'_, impl Bookings, impl Insurer>,
    work: &PurchaseWork,
    lost: u32,
) -> Result<Option<Verdict>, Fault> {
    let Err(failure) = call.insurer.turn(Operation::Purchase).await else {
        return Ok(None);
    };
    let why = failure.to_string();
    if let Some(backoff) = super::next(Policy::of(Kind::Booking), work.failed, &failure) {
        call.store.retry(call.ticket, backoff, &why).await?;
        return Ok(Some(Verdict::Retry));
    }
    if lost > 0 {
        let conclusion = Conclusion::LostSight(unrepeated(&why));
        return conclude(call.store, call.ticket, last_attempt(work), conclusion)
            .await
            .map(Some);
    }
    let (code, _) = super::repeatable(&failure);
    give_up(call, work, code).await.map(Some)
}

fn unrepeated(why: &str) -> String {
    format!("an answer was lost and the purchase could not be repeated: {why}")
}

/// Found in `purchasing`: another worker is inside the call right now, or it died there, or a repeat is due. It is
/// never simply sent again (P2, P3).
async fn resume(call: &Call<'_, impl Bookings, impl Insurer>, work: PurchaseWork) -> Result<Verdict, Fault> {
    if let Some(rest) = work
        .purchasing_for
        .and_then(|running| call.limits.longest_call.checked_sub(running))
        .filter(|rest| !rest.is_zero())
    {
        let backoff = Backoff {
            at_least: rest,
            spread: Duration::ZERO,
            counts: true,
        };
        call.store
            .retry(call.ticket, backoff, "the purchase is under way")
            .await?;
        return Ok(Verdict::Retry);
    }
    let interrupted = u32::from(work.purchasing_for.is_some());
    let lost = work.lost.saturating_add(interrupted);
    let last = last_attempt(&work);
    if !call.limits.repeat.allows(lost, work.quote_status) {
        let detail = Lost::Interrupted.to_string();
        return conclude(call.store, call.ticket, last, Conclusion::LostSight(detail)).await;
    }
    if let Some(verdict) = wait(call, &work, lost).await? {
        return Ok(verdict);
    }
    let sending = Sending::begin(lost);
    match call.store.repeat_purchase(call.ticket, last).await? {
        Some(attempt) => sending.send(call, &work, attempt).await,
        None => Ok(Verdict::Stale),
    }
}

const fn last_attempt(work: &PurchaseWork) -> Attempt {
    Attempt {
        booking: work.booking,
        number: work.attempt,
    }
}
