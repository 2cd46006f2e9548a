//! Reading a certificate from the insurer: its state, or a fresh link to its document.

use crate::error_code::ErrorCode;
use crate::insurer::Failure;
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{CertificateTask, CertificateWork, Certificates, Fault, Insurer};
use crate::retry::Policy;

/// Does the job.
///
/// # Errors
/// When the storage fails; nothing is concluded then.
pub async fn execute(
    store: &impl Certificates,
    insurer: &impl Insurer,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    let Some(work) = store.certificate_work(ticket).await? else {
        return Ok(Verdict::Stale);
    };
    let failure = match ask(store, insurer, ticket, &work).await? {
        Ok(()) => return Ok(Verdict::Done),
        Err(failure) => failure,
    };
    let (code, retry_after) = match &failure {
        Failure::Declined { .. } => (ErrorCode::CertificateNotFound, None),
        other => super::repeatable(other),
    };
    let policy = if work.reconciles {
        Policy::RECONCILIATION
    } else {
        Policy::of(Kind::Certificate)
    };
    let next = match failure {
        Failure::Declined { .. } => None,
        _ => policy.after(ticket.attempt, retry_after),
    };
    let why = failure.to_string();
    match next {
        Some(backoff) => {
            store.retry(ticket, backoff, &why).await?;
            Ok(Verdict::Retry)
        }
        None => {
            store.bury(ticket, code, &why).await?;
            // What a caller asked for is answered with the refusal; what nobody waits for is worth a look.
            Ok(if work.reconciles {
                Verdict::Dead { code, why }
            } else {
                Verdict::Done
            })
        }
    }
}

async fn ask(
    store: &impl Certificates,
    insurer: &impl Insurer,
    ticket: Ticket,
    work: &CertificateWork,
) -> Result<Result<(), Failure>, Fault> {
    match work.task {
        CertificateTask::Refresh => match insurer.certificate(&work.user_id, &work.number).await {
            Ok(facts) => store.record_facts(ticket, &facts).await.map(Ok),
            Err(failure) => Ok(Err(failure)),
        },
        CertificateTask::Document => match insurer.document(&work.user_id, &work.number).await {
            Ok(link) => store.record_link(ticket, &work.number, &link).await.map(Ok),
            Err(failure) => Ok(Err(failure)),
        },
    }
}
