//! Giving a job up whose work cannot even be read: what it worked on is concluded without decoding it, so that
//! whoever waits gets an answer.

use deadpool_postgres::Transaction;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::CancellationId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::Fault;
use loadsure_core::state::State;
use loadsure_core::{booking, cancellation, quote};
use uuid::Uuid;

use super::end::{BURY, attempt};
use super::relay::kind;
use crate::Store;
use crate::cancellations::reconcile::look_later;
use crate::fault::fault;
use crate::sql::Sql;

/// What became of a job that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abandoned {
    /// Nothing: it had ended, or another attempt has taken its place.
    Stale,
    /// It is dead, and what it worked on has failed.
    Failed(Uuid),
    /// It is dead, and the purchase that it was making may have happened.
    Unknown(Uuid),
}

impl Store {
    /// Gives a job up, with what it worked on, in one transaction. A booking that is being bought becomes
    /// `outcome_unknown`, never `failed`: it may have been bought.
    ///
    /// # Errors
    /// When the database fails; nothing is given up then.
    pub async fn abandon(&self, ticket: Ticket, code: ErrorCode, why: &str) -> Result<Abandoned, Fault> {
        let sql = "SELECT kind, subject_id FROM jobs
            WHERE id = $1 AND attempt = $2 AND state IN ('pending', 'published') FOR UPDATE";
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to give up", error))?;
        let (job, attempt) = (ticket.job.as_uuid(), attempt(ticket)?);
        let row = transaction
            .row("reading a job to give up", sql, &[&job, &attempt])
            .await?;
        let Some(row) = row else {
            return Ok(Abandoned::Stale);
        };
        let subject: Uuid = row.get("subject_id");
        let unknown = match kind(row.get("kind"))? {
            Kind::Quote => fail_quote(&transaction, subject, code).await.map(|()| false)?,
            Kind::Booking => end_booking(&transaction, subject, code, why).await?,
            Kind::Cancellation => fail_cancellation(&transaction, subject, code)
                .await
                .map(|()| false)?,
            Kind::Certificate | Kind::SupportData | Kind::Webhook | Kind::Maintenance => false,
        };
        transaction
            .run("burying a job", BURY, &[&job, &code.as_str(), &why])
            .await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a job given up", error))?;
        Ok(if unknown {
            Abandoned::Unknown(subject)
        } else {
            Abandoned::Failed(subject)
        })
    }
}

async fn fail_quote(transaction: &Transaction<'_>, id: Uuid, code: ErrorCode) -> Result<(), Fault> {
    let sql = "UPDATE quotes SET status = 'failed', error_code = $3, updated_at = now()
        WHERE id = $1 AND status = ANY($2)";
    let from = quote::Status::sources(quote::Event::Failed);
    transaction
        .run("giving a quote up", sql, &[&id, &from, &code.as_str()])
        .await?;
    Ok(())
}

async fn fail_cancellation(transaction: &Transaction<'_>, id: Uuid, code: ErrorCode) -> Result<(), Fault> {
    look_later(transaction, CancellationId::from(id)).await?;
    let sql = "UPDATE cancellations SET status = 'failed', error_code = $3, updated_at = now()
        WHERE id = $1 AND status = ANY($2)";
    let from = cancellation::Status::sources(cancellation::Event::Failed);
    transaction
        .run("giving a cancellation up", sql, &[&id, &from, &code.as_str()])
        .await?;
    Ok(())
}

/// Whether the outcome of the purchase is unknown now.
async fn end_booking(
    transaction: &Transaction<'_>,
    id: Uuid,
    code: ErrorCode,
    why: &str,
) -> Result<bool, Fault> {
    let lost = "WITH attempt AS (
            UPDATE booking_attempts SET ended_at = now(), outcome = 'lost_sight', detail = $3
            WHERE booking_id = $1 AND ended_at IS NULL)
        UPDATE bookings SET status = 'outcome_unknown', updated_at = now() WHERE id = $1 AND status = ANY($2)";
    let from = booking::Status::sources(booking::Event::LostSight);
    let unknown = transaction
        .run("losing sight of a purchase", lost, &[&id, &from, &why])
        .await?;
    if unknown == 1 {
        return Ok(true);
    }
    let failed = "UPDATE bookings SET status = 'failed', error_code = $3, updated_at = now()
        WHERE id = $1 AND status = ANY($2)";
    let from = booking::Status::sources(booking::Event::GivenUp);
    transaction
        .run("giving a booking up", failed, &[&id, &from, &code.as_str()])
        .await?;
    Ok(false)
}
