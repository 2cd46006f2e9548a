//! What reading a certificate from the insurer reads and writes here.

use deadpool_postgres::Transaction;
use loadsure_core::booking;
use loadsure_core::certificate::{Event, Facts, Number, Status};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{CertificateTask, CertificateWork, Certificates, Fault};
use loadsure_core::state::State;
use serde_json::Value;

use crate::Store;
use crate::cancellations::reconcile::reconcile;
use crate::fault::{corrupt, fault};
use crate::jobs::attempt;
use crate::sql::Sql;

const WORK: &str =
    "SELECT c.number, c.user_id, j.payload FROM jobs j JOIN certificates c ON c.id = j.subject_id
    WHERE j.id = $1 AND j.attempt = $2 AND j.state IN ('pending', 'published')";

/// What the insurer leaves out stays as it is known.
const RECORD: &str = "UPDATE certificates SET status = $2, product_id = coalesce($3, product_id),
        product_name = coalesce($4, product_name), coverage_amount = coalesce($5, coverage_amount),
        deductible = coalesce($6, deductible), premium = coalesce($7, premium),
        service_fee = coalesce($8, service_fee), tax = coalesce($9, tax), currency = coalesce($10, currency),
        certificate_link = coalesce($11, certificate_link), file_claim_link = coalesce($12, file_claim_link),
        valid_from = coalesce($13, valid_from), valid_to = coalesce($14, valid_to),
        cancellation_reason = coalesce($15, cancellation_reason),
        cancellation_info = coalesce($16, cancellation_info), canceled_by = coalesce($17, canceled_by),
        canceled_date = coalesce($18, canceled_date), refreshed_at = now()
    WHERE number = $1";

const END: &str =
    "UPDATE jobs SET state = 'done', finished_at = now() WHERE id = $1 AND state IN ('pending', 'published')";

impl Certificates for Store {
    async fn certificate_work(&self, ticket: Ticket) -> Result<Option<CertificateWork>, Fault> {
        let client = self.client().await?;
        let parameters = (ticket.job.as_uuid(), attempt(ticket)?);
        let row = client
            .row(
                "reading a certificate's job",
                WORK,
                &[&parameters.0, &parameters.1],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let payload: Value = row.get("payload");
        let task = payload.get("task").cloned().unwrap_or_default();
        let task: CertificateTask =
            serde_json::from_value(task).map_err(|_| corrupt("reading a certificate's task"))?;
        let number: &str = row.get("number");
        let number = number
            .parse()
            .map_err(|_| corrupt("reading a certificate's number"))?;
        Ok(Some(CertificateWork {
            number,
            user_id: row.get("user_id"),
            task,
            reconciles: payload.get("reconciles") == Some(&Value::Bool(true)),
        }))
    }

    async fn record_facts(&self, ticket: Ticket, facts: &Facts) -> Result<(), Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to record", error))?;
        let known = "SELECT status FROM certificates WHERE number = $1 FOR UPDATE";
        let row = transaction
            .row("reading a status", known, &[&facts.number.as_str()])
            .await?;
        let known = Status::from_insurer(row.ok_or(corrupt("finding a certificate"))?.get("status"));
        match known.transition(&Event::Reported(facts.status.clone())) {
            Ok(status) => {
                log_if_unknown(&status);
                write(&transaction, facts, &status).await?;
                if status == Status::Cancelled {
                    cancel_booking(&transaction, &facts.number).await?;
                    reconcile(&transaction, &facts.number).await?;
                }
            }
            Err(refused) => tracing::warn!(%refused, "the insurer reported an older state of a certificate"),
        }
        transaction
            .run("ending a job", END, &[&ticket.job.as_uuid()])
            .await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing facts", error))
    }

    async fn record_link(&self, ticket: Ticket, number: &Number, link: &str) -> Result<(), Fault> {
        let sql = "WITH ended AS (UPDATE jobs SET state = 'done', finished_at = now()
                WHERE id = $1 AND state IN ('pending', 'published'))
            UPDATE certificates SET certificate_link = $3 WHERE number = $2";
        let client = self.client().await?;
        client
            .run(
                "recording a link",
                sql,
                &[&ticket.job.as_uuid(), &number.as_str(), &link],
            )
            .await?;
        Ok(())
    }
}

fn log_if_unknown(status: &Status) {
    if let Status::Other(word) = status {
        tracing::warn!(certificate.status = %word, "the insurer uses an unknown certificate status");
    }
}

async fn write(transaction: &Transaction<'_>, facts: &Facts, status: &Status) -> Result<(), Fault> {
    let cancellation = &facts.cancellation;
    transaction
        .run(
            "recording a certificate",
            RECORD,
            &[
                &facts.number.as_str(),
                &status.as_str(),
                &facts.product_id,
                &facts.product_name,
                &facts.limit,
                &facts.deductible,
                &facts.premium,
                &facts.service_fee,
                &facts.tax,
                &facts.currency,
                &facts.certificate_link,
                &facts.file_claim_link,
                &facts.valid_from,
                &facts.valid_to,
                &cancellation.reason,
                &cancellation.additional_info,
                &cancellation.by,
                &cancellation.date,
            ],
        )
        .await?;
    Ok(())
}

/// A cancelled certificate means a cancelled booking, whoever cancelled it.
pub(crate) async fn cancel_booking(transaction: &Transaction<'_>, number: &Number) -> Result<(), Fault> {
    let sql = "UPDATE bookings SET status = 'cancelled', updated_at = now()
        WHERE id = (SELECT booking_id FROM certificates WHERE number = $1) AND status = ANY($2)";
    let from = booking::Status::sources(booking::Event::Cancelled);
    transaction
        .run("cancelling a booking", sql, &[&number.as_str(), &from])
        .await?;
    Ok(())
}
