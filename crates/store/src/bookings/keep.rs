//! Keeping the certificate that a purchase brought.

use deadpool_postgres::Transaction;
use loadsure_core::certificate::Facts;
use loadsure_core::id::BookingId;
use loadsure_core::ports::Fault;
use serde_json::json;
use uuid::Uuid;

use crate::audit;
use crate::sql::{Parameters, Sql};

/// Where the certificate of a purchase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// With its booking.
    Here,
    /// Only in the audit log: its booking has another one.
    Beside,
    /// With another booking, and its own has none: what was bought is not known.
    Elsewhere,
}

/// Inserts the certificate. `false` when the booking has one, or another booking has this one.
pub(super) async fn insert_certificate(
    transaction: &Transaction<'_>,
    booking: BookingId,
    facts: &Facts,
) -> Result<bool, Fault> {
    let sql = "INSERT INTO certificates (id, tenant_id, booking_id, number, user_id, status, product_id, product_name,
            coverage_amount, deductible, premium, service_fee, tax, currency, certificate_link, file_claim_link,
            valid_from, valid_to)
        SELECT $2, b.tenant_id, b.id, $3, q.user_id, $4, $5, $6, coalesce($7, q.coverage_amount),
            coalesce($8, q.deductible), coalesce($9, q.premium), coalesce($10, q.service_fee), coalesce($11, q.tax),
            coalesce($12, q.currency), $13, $14, $15, $16
        FROM bookings b JOIN quotes q ON q.id = b.quote_id WHERE b.id = $1
        ON CONFLICT DO NOTHING";
    let kept = transaction
        .run(
            "keeping a certificate",
            sql,
            &[
                &booking.as_uuid(),
                &Uuid::now_v7(),
                &facts.number.as_str(),
                &facts.status.as_str(),
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
            ],
        )
        .await?;
    Ok(kept == 1)
}

/// Keeps the certificate. One that cannot stand with its booking is never forgotten: it goes to the audit log, for a
/// person to look into. Of one that leaves the outcome unknown the caller raises the alert.
pub(super) async fn keep_certificate(
    transaction: &Transaction<'_>,
    booking: BookingId,
    facts: &Facts,
) -> Result<Kept, Fault> {
    if insert_certificate(transaction, booking, facts).await? {
        return Ok(Kept::Here);
    }
    let (kept, action) = match certificate_of(transaction, booking).await? {
        Some(number) if number == facts.number.as_str() => return Ok(Kept::Here),
        Some(_) => (Kept::Beside, "booking.second_certificate"),
        None => (Kept::Elsewhere, "booking.certificate_taken"),
    };
    if !is_audited(transaction, booking, action, facts).await? {
        if kept == Kept::Beside {
            tracing::error!(booking.id = %booking, "the insurer reported a second certificate for a booking");
        }
        let entry = audit::Entry {
            tenant: None,
            actor: "worker".to_owned(),
            action,
            subject: booking.to_string(),
            before: None,
            after: Some(after(facts)),
        };
        audit::record(transaction, &entry).await?;
    }
    Ok(kept)
}

fn after(facts: &Facts) -> serde_json::Value {
    json!({"certificateNumber": facts.number.as_str()})
}

async fn certificate_of(transaction: &Transaction<'_>, booking: BookingId) -> Result<Option<String>, Fault> {
    let sql = "SELECT number FROM certificates WHERE booking_id = $1";
    let row = transaction
        .row("looking for a certificate", sql, &[&booking.as_uuid()])
        .await?;
    Ok(row.map(|row| row.get("number")))
}

/// Whether the same was found before, by a worker that did not hear of its commit.
async fn is_audited(
    transaction: &Transaction<'_>,
    booking: BookingId,
    action: &str,
    facts: &Facts,
) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM audit_log WHERE subject = $1 AND action = $2 AND after = $3";
    let parameters: Parameters<'_> = &[&booking.to_string(), &action, &after(facts)];
    let row = transaction
        .row("looking into the audit log", sql, parameters)
        .await?;
    Ok(row.is_some())
}
