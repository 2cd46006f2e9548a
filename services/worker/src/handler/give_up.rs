//! What is done with work that cannot be done.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_core::ports::{Fault, Jobs as _};
use loadsure_core::retry::Policy;
use loadsure_queue::{DeadLetter, Delivery, Payload};
use loadsure_store::Abandoned;
use loadsure_telemetry::fields;
use time::OffsetDateTime;
use tracing::{error, warn};

use super::ending::Ending;
use super::witness::Happened;
use super::{JobHandler, UseCase, alert, ticket};

impl<U: UseCase> JobHandler<U> {
    /// The database took or gave something that makes no sense. That may pass, as during a deployment, so it is tried
    /// again as often as the kind is patient, and given up after that (P19).
    pub(super) async fn refused(&self, delivery: &Delivery, fault: &Fault) -> Ending {
        error!(
            { fields::ERROR } = fields::causes(fault),
            "the job met a refusal of the database"
        );
        let ticket = ticket(delivery);
        let failed = match self.tools.store.job(ticket.job).await {
            Ok(Some(job)) => job.failed.saturating_add(1),
            Ok(None) | Err(_) => ticket.attempt,
        };
        let Some(backoff) = Policy::of(U::KIND).after(failed, None) else {
            return self
                .give_up(delivery, ErrorCode::Internal, &fault.to_string())
                .await;
        };
        match self.tools.store.retry(ticket, backoff, &fault.to_string()).await {
            Ok(()) => Ending::quiet("retry"),
            Err(fault) => self.put_back(&fault),
        }
    }

    /// Ends a job that cannot be done, and what it works on, without reading either.
    pub(super) async fn give_up(&self, delivery: &Delivery, code: ErrorCode, why: &str) -> Ending {
        match self.tools.store.abandon(ticket(delivery), code, why).await {
            Ok(Abandoned::Stale) => self.stale(delivery).await,
            Ok(Abandoned::Failed(subject)) => self.dead(delivery, code, why, failed(U::KIND, subject)).await,
            Ok(Abandoned::Unknown(subject)) => {
                alert();
                self.dead_letter(delivery, code, why).await;
                let happened = Happened::to("booking.outcome_unknown", "booking", subject);
                Ending::told("unknown", delivery, Some(happened))
            }
            Err(fault) => self.put_back(&fault),
        }
    }

    fn put_back(&self, fault: &Fault) -> Ending {
        if matches!(fault, Fault::Unavailable(_)) {
            self.tools.database.failed(fault);
        } else {
            error!(
                { fields::ERROR } = fields::causes(fault),
                "the job could not be given up"
            );
        }
        Ending::put_back()
    }

    /// The job is dead in the database.
    pub(super) async fn dead(
        &self,
        delivery: &Delivery,
        code: ErrorCode,
        why: &str,
        happened: Option<Happened>,
    ) -> Ending {
        warn!({ fields::ERROR_CODE } = %code, why, "the job was given up");
        self.dead_letter(delivery, code, why).await;
        Ending::told("dead", delivery, happened)
    }

    /// Shows the job to operations. The row of the job is dead already, so that nothing is lost if Redis is away.
    async fn dead_letter(&self, delivery: &Delivery, code: ErrorCode, why: &str) {
        let message = &delivery.message;
        let history = match self.tools.store.job(message.job).await {
            Ok(Some(job)) => job.errors,
            Ok(None) | Err(_) => serde_json::Value::Null,
        };
        let letter = DeadLetter {
            kind: U::KIND,
            payload: Payload::Message(message.clone()),
            code: code.as_str().to_owned(),
            text: why.to_owned(),
            history,
            at: OffsetDateTime::now_utc(),
        };
        if let Err(failure) = self.tools.queue.dead_letter(&letter).await {
            warn!(
                { fields::ERROR } = fields::causes(&failure),
                "the dead letter was not written"
            );
        }
    }
}

/// What happened to the record of a job that was given up.
fn failed(kind: Kind, subject: uuid::Uuid) -> Option<Happened> {
    match kind {
        Kind::Quote => Some(Happened::to("quote.failed", "quote", subject)),
        Kind::Booking => Some(Happened::to("booking.failed", "booking", subject)),
        Kind::Cancellation => Some(Happened::to("cancellation.failed", "cancellation", subject)),
        Kind::Certificate | Kind::SupportData | Kind::Webhook | Kind::Maintenance => None,
    }
}
