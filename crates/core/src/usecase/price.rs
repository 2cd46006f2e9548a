//! Pricing a shipment. Asking for a price buys nothing, so whatever was lost is simply asked again.

use std::time::Instant;

use crate::error_code::ErrorCode;
use crate::fee::Fee;
use crate::insurer::{Failure, Offer};
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{Fault, Insurer, Quotes};
use crate::quote::{Conclusion, Total};
use crate::retry::Policy;

/// Prices the quote of a job.
///
/// # Errors
/// When the storage fails; nothing is concluded then.
pub async fn execute(store: &impl Quotes, insurer: &impl Insurer, ticket: Ticket) -> Result<Verdict, Fault> {
    let Some(work) = store.pricing_work(ticket).await? else {
        return Ok(Verdict::Stale);
    };
    let started = Instant::now();
    let conclusion = match insurer.quote(&work.request).await {
        Ok(offer) => priced(offer, work.fee.as_ref(), started),
        Err(Failure::Declined { reasons, .. }) => Conclusion::Declined(reasons),
        Err(failure) => {
            let (code, retry_after) = super::repeatable(&failure);
            match Policy::of(Kind::Quote).after(ticket.attempt, retry_after) {
                Some(backoff) => {
                    store.retry(ticket, backoff, &failure.to_string()).await?;
                    return Ok(Verdict::Retry);
                }
                None => Conclusion::Failed(code),
            }
        }
    };
    store.conclude_pricing(ticket, work.quote, &conclusion).await?;
    Ok(verdict(&conclusion))
}

fn priced(offer: Offer, fee: Option<&Fee>, started: Instant) -> Conclusion {
    match Total::of(offer.price, fee) {
        Ok(total) => {
            let elapsed = time::Duration::try_from(started.elapsed()).unwrap_or(time::Duration::MAX);
            Conclusion::Priced {
                offer: Box::new(offer),
                total,
                elapsed,
            }
        }
        // A price beyond every amount that we can carry is no price.
        Err(_) => Conclusion::Failed(ErrorCode::InsurerFault),
    }
}

fn verdict(conclusion: &Conclusion) -> Verdict {
    match conclusion {
        Conclusion::Priced { .. } | Conclusion::Declined(_) => Verdict::Done,
        Conclusion::Failed(code) => Verdict::Dead {
            code: *code,
            why: "no price could be had".to_owned(),
        },
    }
}
