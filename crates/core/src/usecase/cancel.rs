//! Cancelling a certificate. The insurer's summary shows the state, so what was lost is reconciled by itself.

use crate::cancellation::{Conclusion, Status};
use crate::certificate;
use crate::insurer::{Failure, Operation};
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{CancellationWork, Cancellations, Fault, Insurer};
use crate::retry::Policy;

/// Cancels the certificate of a job.
///
/// # Errors
/// When the storage fails; nothing is concluded then.
pub async fn execute(
    store: &impl Cancellations,
    insurer: &impl Insurer,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    let Some(work) = store.cancellation_work(ticket).await? else {
        return Ok(Verdict::Stale);
    };
    let outcome = match work.status {
        Status::Requested => send(store, insurer, &work).await?,
        // Sent before: it may have arrived. Ask first, send again only when it did not (P15).
        Status::Sending => match already_cancelled(insurer, &work).await {
            Ok(Some(done)) => Ok(done),
            Ok(None) => send(store, insurer, &work).await?,
            Err(failure) => Err(failure),
        },
        Status::Done | Status::Failed => return Ok(Verdict::Stale),
    };
    let conclusion = match outcome {
        Ok(conclusion) => conclusion,
        Err(failure) => {
            let (code, _) = super::repeatable(&failure);
            match super::next(Policy::of(Kind::Cancellation), work.failed, &failure) {
                Some(backoff) => {
                    store.retry(ticket, backoff, &failure.to_string()).await?;
                    return Ok(Verdict::Retry);
                }
                None => Conclusion::Failed(code),
            }
        }
    };
    store.conclude_cancellation(ticket, &work, &conclusion).await?;
    Ok(match conclusion {
        Conclusion::Confirmed(_) | Conclusion::Declined(_) => Verdict::Done,
        Conclusion::Failed(code) => Verdict::Dead {
            code,
            why: "the cancellation was never confirmed".to_owned(),
        },
    })
}

async fn send(
    store: &impl Cancellations,
    insurer: &impl Insurer,
    work: &CancellationWork,
) -> Result<Result<Conclusion, Failure>, Fault> {
    if let Err(failure) = insurer.turn(Operation::Cancel).await {
        return Ok(Err(failure));
    }
    store.start_cancellation(work.id).await?;
    Ok(match insurer.cancel(&work.order).await {
        Ok(cancelled) => Ok(Conclusion::Confirmed(cancelled)),
        // Refused because it is cancelled already counts as cancelled.
        Err(Failure::Declined { reasons, status }) => match already_cancelled(insurer, work).await {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Ok(Conclusion::Declined(reasons)),
            Err(Failure::Declined { .. }) => Err(Failure::Declined { status, reasons }),
            Err(failure) => Err(failure),
        }
        .or_else(declined),
        Err(failure) => Err(failure),
    })
}

/// A refusal that even the summary refused to explain is a refusal.
fn declined(failure: Failure) -> Result<Conclusion, Failure> {
    match failure {
        Failure::Declined { reasons, .. } => Ok(Conclusion::Declined(reasons)),
        other => Err(other),
    }
}

async fn already_cancelled(
    insurer: &impl Insurer,
    work: &CancellationWork,
) -> Result<Option<Conclusion>, Failure> {
    let facts = insurer
        .certificate(work.order.user_id.expose(), &work.order.number)
        .await?;
    let cancelled = facts.status == certificate::Status::Cancelled;
    Ok(cancelled.then_some(Conclusion::Confirmed(facts.cancellation)))
}
