//! Cancellations of certificates.

pub(crate) mod reconcile;

use deadpool_postgres::Transaction;
use loadsure_core::cancellation::{Conclusion, Event, Order, Status};
use loadsure_core::certificate;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{CancellationId, JobId, TenantId};
use loadsure_core::insurer::Reason;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{CancellationWork, Cancellations, Fault};
use loadsure_core::state::State;
use serde_json::{Value, json};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::Store;
use crate::certificates::record::cancel_booking;
use crate::fault::{corrupt, fault};
use crate::idempotency::{Acceptance, Key, claim};
use crate::jobs::{FAILED, NewJob, attempt, failed};
use crate::sql::{Parameters, Sql};
use reconcile::look_later;

/// How a cancellation stands, for its caller.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Where it stands.
    pub status: Status,
    /// The insurer's reasons when it refused.
    pub reasons: Vec<Reason>,
    /// Why it failed.
    pub failure: Option<ErrorCode>,
}

impl Store {
    /// Accepts a cancellation with the job that sends it, if the certificate is in force.
    ///
    /// # Errors
    /// When the database fails; then nothing was accepted, or the same key will find it.
    pub async fn accept_cancellation(
        &self,
        tenant: TenantId,
        order: &Order,
        job: &NewJob,
        key: Option<&Key>,
    ) -> Result<Acceptance<(CancellationId, JobId)>, Fault> {
        let id = CancellationId::generate();
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to cancel", error))?;
        let certificate = survey(&transaction, tenant, order).await?;
        if let Some(key) = key
            && !claim(&transaction, tenant, key, job.id, id.as_uuid()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        let certificate = match certificate {
            Ok(certificate) => certificate,
            Err(code) => return Ok(Acceptance::Refused(code, None)),
        };
        insert(&transaction, tenant, id, certificate, order).await?;
        enqueue(&transaction, tenant, id, job).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a cancellation", error))?;
        Ok(Acceptance::Accepted((id, job.id)))
    }

    /// How a cancellation of a tenant stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancellation(&self, tenant: TenantId, id: CancellationId) -> Result<Option<Outcome>, Fault> {
        let sql = "SELECT status, reasons, error_code FROM cancellations WHERE id = $1 AND tenant_id = $2";
        let client = self.client().await?;
        let row = client
            .row("reading a cancellation", sql, &[&id.as_uuid(), &tenant.as_uuid()])
            .await?;
        row.as_ref().map(outcome).transpose()
    }
}

fn outcome(row: &Row) -> Result<Outcome, Fault> {
    let status: &str = row.get("status");
    let reasons: Value = row.get("reasons");
    Ok(Outcome {
        status: status
            .parse()
            .map_err(|_| corrupt("reading a cancellation's status"))?,
        reasons: serde_json::from_value(reasons).map_err(|_| corrupt("reading reasons"))?,
        failure: row
            .get::<_, Option<&str>>("error_code")
            .and_then(|code| code.parse().ok()),
    })
}

/// Locks the certificate and says whether it can be cancelled. The second statement sees what a transaction has
/// committed for whose lock the first has waited.
async fn survey(
    transaction: &Transaction<'_>,
    tenant: TenantId,
    order: &Order,
) -> Result<Result<Uuid, ErrorCode>, Fault> {
    let sql = "SELECT id, status FROM certificates WHERE number = $1 AND tenant_id = $2 FOR UPDATE";
    let parameters: Parameters<'_> = &[&order.number.as_str(), &tenant.as_uuid()];
    let Some(row) = transaction
        .row("reading a certificate to cancel", sql, parameters)
        .await?
    else {
        return Ok(Err(ErrorCode::CertificateNotFound));
    };
    let id: Uuid = row.get("id");
    let status = certificate::Status::from_insurer(row.get("status"));
    if status == certificate::Status::Expired || status.transition(&certificate::Event::Cancelled).is_err() {
        return Ok(Err(ErrorCode::CertificateNotActive));
    }
    let sql = "SELECT 1 FROM cancellations WHERE certificate_id = $1 AND status IN ('requested', 'sending')";
    let open = transaction.row("looking for a cancellation", sql, &[&id]).await?;
    Ok(open.map_or(Ok(id), |_| Err(ErrorCode::CancellationInProgress)))
}

async fn insert(
    transaction: &Transaction<'_>,
    tenant: TenantId,
    id: CancellationId,
    certificate: Uuid,
    order: &Order,
) -> Result<(), Fault> {
    let sql =
        "INSERT INTO cancellations (id, tenant_id, certificate_id, status, user_id, reason, additional_info,
            email_assured) VALUES ($1, $2, $3, 'requested', $4, $5, $6, $7)";
    let info = order.additional_info.as_ref().map(|text| text.expose());
    let parameters: Parameters<'_> = &[
        &id.as_uuid(),
        &tenant.as_uuid(),
        &certificate,
        &order.user_id.expose(),
        &order.reason.as_str(),
        &info,
        &order.email_assured,
    ];
    transaction
        .run("inserting a cancellation", sql, parameters)
        .await?;
    Ok(())
}

async fn enqueue(
    transaction: &Transaction<'_>,
    tenant: TenantId,
    id: CancellationId,
    job: &NewJob,
) -> Result<(), Fault> {
    let sql = "INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, reply_to, traceparent)
        VALUES ($1, $2, 'cancellation', $3, now() + $4 * interval '1 millisecond', $5, $6)";
    let parameters: Parameters<'_> = &[
        &job.id.as_uuid(),
        &tenant.as_uuid(),
        &id.as_uuid(),
        &job.relay_after_ms(),
        &job.reply_to,
        &job.traceparent,
    ];
    transaction
        .run("enqueueing a cancellation", sql, parameters)
        .await?;
    Ok(())
}

const CONCLUDE: &str = "WITH ended AS (
        UPDATE jobs SET state = $6, finished_at = now(), error_code = $5
        WHERE id = $7 AND state IN ('pending', 'published'))
    UPDATE cancellations SET status = $3, reasons = $4, error_code = $5, updated_at = now()
    WHERE id = $1 AND status = ANY($2)";

const CANCELLED: &str = "UPDATE certificates SET status = 'CANCELLED', refreshed_at = now(),
        cancellation_reason = coalesce($2, $6), cancellation_info = coalesce($3, $7), canceled_by = $4,
        canceled_date = $5
    WHERE number = $1";

impl Cancellations for Store {
    async fn cancellation_work(&self, ticket: Ticket) -> Result<Option<CancellationWork>, Fault> {
        let sql = format!(
            "SELECT x.id, x.status, x.user_id, x.reason, x.additional_info, x.email_assured, c.number,
                {FAILED} AS failed
            FROM jobs j JOIN cancellations x ON x.id = j.subject_id JOIN certificates c ON c.id = x.certificate_id
            WHERE j.id = $1 AND j.attempt = $2 AND j.state IN ('pending', 'published')"
        );
        let client = self.client().await?;
        let (job, attempt) = (ticket.job.as_uuid(), attempt(ticket)?);
        let row = client
            .row("reading a cancellation to send", &sql, &[&job, &attempt])
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (status, number): (&str, &str) = (row.get("status"), row.get("number"));
        let (user_id, reason): (&str, &str) = (row.get("user_id"), row.get("reason"));
        let info: Option<&str> = row.get("additional_info");
        let stored = |_| corrupt("reading a cancellation");
        Ok(Some(CancellationWork {
            id: CancellationId::from(row.get::<_, Uuid>("id")),
            status: status.parse().map_err(stored)?,
            order: Order {
                number: number.parse().map_err(stored)?,
                user_id: user_id.parse().map_err(stored)?,
                reason: reason.parse().map_err(stored)?,
                additional_info: info.map(str::parse).transpose().map_err(stored)?,
                email_assured: row.get("email_assured"),
            },
            failed: failed(&row)?,
        }))
    }

    async fn start_cancellation(&self, id: CancellationId) -> Result<(), Fault> {
        let sql = "UPDATE cancellations SET status = 'sending', updated_at = now()
            WHERE id = $1 AND status = ANY($2)";
        let from = Status::sources(Event::Sent);
        let client = self.client().await?;
        client
            .run("starting a cancellation", sql, &[&id.as_uuid(), &from])
            .await?;
        Ok(())
    }

    async fn conclude_cancellation(
        &self,
        ticket: Ticket,
        work: &CancellationWork,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to conclude", error))?;
        if let Conclusion::Confirmed(cancelled) = conclusion {
            let order = &work.order;
            let own_info = order.additional_info.as_ref().map(|text| text.expose());
            let parameters: Parameters<'_> = &[
                &order.number.as_str(),
                &cancelled.reason,
                &cancelled.additional_info,
                &cancelled.by,
                &cancelled.date,
                &order.reason.as_str(),
                &own_info,
            ];
            transaction
                .run("cancelling a certificate", CANCELLED, parameters)
                .await?;
            cancel_booking(&transaction, &order.number).await?;
        }
        if let Conclusion::Failed(_) = conclusion {
            look_later(&transaction, work.id).await?;
        }
        let (to, job_state) = match conclusion {
            Conclusion::Confirmed(_) => (Status::Done, "done"),
            Conclusion::Declined(_) => (Status::Failed, "done"),
            Conclusion::Failed(_) => (Status::Failed, "dead"),
        };
        let (reasons, code) = match conclusion {
            Conclusion::Confirmed(_) => (json!([]), None),
            Conclusion::Declined(reasons) => (json!(reasons), None),
            Conclusion::Failed(code) => (json!([]), Some(code.as_str())),
        };
        let from = Status::sources(conclusion.event());
        let (id, job) = (work.id.as_uuid(), ticket.job.as_uuid());
        let parameters: Parameters<'_> = &[&id, &from, &to.as_str(), &reasons, &code, &job_state, &job];
        transaction
            .run("concluding a cancellation", CONCLUDE, parameters)
            .await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a cancellation", error))
    }
}
