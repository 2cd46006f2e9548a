//! Settling an unknown outcome as *bought*: a person names the certificate, the insurer confirms it.
//!
//! The other settlement, as *not bought*, asks nobody and is one transaction of the storage
//! ([`may_be_not_bought`](crate::settlement::may_be_not_bought)).

use serde_json::{Value, json};

use crate::booking::Event;
use crate::certificate::Facts;
use crate::error_code::ErrorCode;
use crate::insurer::Failure;
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{Fault, Insurer, SettlementWork, Settlements};
use crate::retry::Policy;
use crate::settlement::Refusal;
use crate::state::State as _;

/// How a settlement job ended, as its result says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The booking has its certificate.
    Yes,
    /// It was refused.
    No(ErrorCode),
}

impl Settled {
    /// The result that is stored with the job.
    #[must_use]
    pub fn to_json(self) -> Value {
        match self {
            Self::Yes => json!({"settled": true}),
            Self::No(code) => json!({"settled": false, "reason": code.as_str()}),
        }
    }

    /// Reads the result of a job.
    #[must_use]
    pub fn from_json(result: &Value) -> Option<Self> {
        if result.get("settled")?.as_bool()? {
            return Some(Self::Yes);
        }
        result.get("reason")?.as_str()?.parse().ok().map(Self::No)
    }
}

/// Checks the certificate of a job with the insurer, and records it when it is confirmed.
///
/// # Errors
/// When the storage fails; nothing is settled then.
pub async fn execute(
    store: &impl Settlements,
    insurer: &impl Insurer,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    let Some(work) = store.settlement_work(ticket).await? else {
        return Ok(Verdict::Stale);
    };
    if let Err(refusal) = may_be_asked(&work) {
        return refuse(store, ticket, refusal).await;
    }
    match insurer.certificate(&work.user_id, &work.number).await {
        Ok(facts) => settle(store, ticket, &work, &facts).await,
        // The insurer refuses us, not the certificate.
        Err(
            failure @ Failure::Declined {
                status: 401 | 403, ..
            },
        ) => again(store, ticket, &failure).await,
        Err(Failure::Declined { .. }) => refuse(store, ticket, Refusal::NotConfirmed).await,
        Err(failure) => again(store, ticket, &failure).await,
    }
}

fn may_be_asked(work: &SettlementWork) -> Result<(), Refusal> {
    if work.status.transition(Event::SettledBought).is_err() {
        return Err(Refusal::NotUnknown);
    }
    if work.taken { Err(Refusal::Taken) } else { Ok(()) }
}

async fn settle(
    store: &impl Settlements,
    ticket: Ticket,
    work: &SettlementWork,
    facts: &Facts,
) -> Result<Verdict, Fault> {
    if let Err(refusal) = work.promise.confirm(&work.number, facts) {
        return refuse(store, ticket, refusal).await;
    }
    match store.settle_bought(ticket, work, facts).await? {
        Ok(()) => Ok(Verdict::Done),
        Err(refusal) => refuse(store, ticket, refusal).await,
    }
}

async fn refuse(store: &impl Settlements, ticket: Ticket, refusal: Refusal) -> Result<Verdict, Fault> {
    store
        .finish(ticket, Settled::No(refusal.code()).to_json())
        .await?;
    Ok(Verdict::Done)
}

/// Asking is harmless, so it is tried again; when that ends, the booking is as unsettled as before.
async fn again(store: &impl Settlements, ticket: Ticket, failure: &Failure) -> Result<Verdict, Fault> {
    let (code, retry_after) = super::repeatable(failure);
    if let Some(backoff) = Policy::of(Kind::Maintenance).after(ticket.attempt, retry_after) {
        store.retry(ticket, backoff, &failure.to_string()).await?;
        return Ok(Verdict::Retry);
    }
    // A person waits for the answer and can ask again: this is an answer, not a dead letter.
    store.finish(ticket, Settled::No(code).to_json()).await?;
    Ok(Verdict::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_survives_its_way_through_the_job() {
        for settled in [Settled::Yes, Settled::No(ErrorCode::CertificateTaken)] {
            assert_eq!(Settled::from_json(&settled.to_json()), Some(settled));
        }
        assert_eq!(Settled::from_json(&Value::Null), None);
    }
}
