//! Refreshing the reference data. Each list stands alone: one that fails keeps its data and its timestamp.

use std::time::Duration;

use serde_json::json;

use crate::error_code::ErrorCode;
use crate::job::{Kind as JobKind, Ticket, Verdict};
use crate::ports::{Fault, Insurer, Lease, SupportData};
use crate::retry::{Backoff, Policy};
use crate::support_data::Kind;

/// How long the right to refresh is taken: longer than six calls that all run into their timeouts.
const LEASE: Duration = Duration::from_secs(240);

/// A job that finds another worker refreshing looks again after this time.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Refreshes all lists.
///
/// # Errors
/// When the storage fails.
pub async fn execute(
    store: &impl SupportData,
    insurer: &impl Insurer,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    if !store.refresh_is_due(ticket).await? {
        return Ok(Verdict::Stale);
    }
    let Some(lease) = store.lease(ticket, LEASE).await? else {
        return look_again(store, ticket).await;
    };
    let report = refresh_all(store, insurer, lease).await;
    store.release(lease).await?;
    match report? {
        Some(report) => conclude(store, ticket, report).await,
        // The job was delivered to another worker, which took the lease over and concludes it.
        None => Ok(Verdict::Stale),
    }
}

async fn look_again(store: &impl SupportData, ticket: Ticket) -> Result<Verdict, Fault> {
    let why = "another worker is refreshing";
    if Policy::of(JobKind::SupportData)
        .after(ticket.attempt, None)
        .is_none()
    {
        // Whoever asked is told that nothing is new by this job; that it is not needed again is no dead letter.
        store.bury(ticket, ErrorCode::Overloaded, why).await?;
        return Ok(Verdict::Done);
    }
    let backoff = Backoff {
        at_least: LOOK_AGAIN,
        spread: LOOK_AGAIN,
        counts: true,
    };
    store.retry(ticket, backoff, why).await?;
    Ok(Verdict::Retry)
}

/// Which lists were refreshed and which were not.
#[derive(Debug, Default)]
struct Report {
    refreshed: Vec<Kind>,
    failed: Vec<Kind>,
    /// The longest wait that a failure asked for.
    retry_after: Option<Duration>,
}

/// `None` when the lease was lost meanwhile.
async fn refresh_all(
    store: &impl SupportData,
    insurer: &impl Insurer,
    lease: Lease,
) -> Result<Option<Report>, Fault> {
    let mut report = Report::default();
    for kind in Kind::ALL {
        let checked = match insurer.support_data(kind).await {
            Ok(items) => kind
                .check(&items)
                .map(|()| items)
                .map_err(|invalid| invalid.to_string()),
            Err(failure) => {
                report.retry_after = report.retry_after.max(failure.retry_after());
                Err(failure.to_string())
            }
        };
        match checked {
            Ok(items) if store.save(lease, kind, &items).await? => report.refreshed.push(kind),
            Ok(_) => return Ok(None),
            Err(why) => {
                store.note_failure(lease, kind, &why).await?;
                report.failed.push(kind);
            }
        }
    }
    Ok(Some(report))
}

async fn conclude(store: &impl SupportData, ticket: Ticket, report: Report) -> Result<Verdict, Fault> {
    let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>();
    let nothing_came = report.refreshed.is_empty();
    let next = Policy::of(JobKind::SupportData).after(ticket.attempt, report.retry_after);
    if nothing_came && let Some(backoff) = next {
        store.retry(ticket, backoff, "no list could be refreshed").await?;
        return Ok(Verdict::Retry);
    }
    if nothing_came {
        let why = "no list could be refreshed";
        store.bury(ticket, ErrorCode::InsurerUnavailable, why).await?;
        return Ok(Verdict::Dead {
            code: ErrorCode::InsurerUnavailable,
            why: why.to_owned(),
        });
    }
    let result = json!({"refreshed": names(&report.refreshed), "failed": names(&report.failed)});
    store.finish(ticket, result).await?;
    Ok(Verdict::Done)
}
