//! What the settlement job reads, and what is recorded once the insurer has confirmed the certificate.

use deadpool_postgres::Transaction;
use loadsure_core::booking::{Event, Status};
use loadsure_core::certificate::{self, Facts, Number};
use loadsure_core::id::{BookingId, TenantId};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, SettlementWork, Settlements};
use loadsure_core::settlement::{Promise, Refusal};
use loadsure_core::state::State as _;
use loadsure_core::usecase::settle::Settled;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Store;
use crate::audit;
use crate::bookings::conclude::move_quote;
use crate::bookings::keep::insert_certificate;
use crate::certificates::record::cancel_booking;
use crate::fault::{corrupt, fault};
use crate::jobs::attempt;
use crate::sql::Sql;

const WORK: &str = "SELECT b.id, b.status, q.user_id, q.coverage_amount, q.premium, q.currency, j.payload,
        EXISTS (SELECT FROM certificates c
            WHERE c.number = j.payload ->> 'certificateNumber' AND c.booking_id <> b.id) AS taken
    FROM jobs j JOIN bookings b ON b.id = j.subject_id JOIN quotes q ON q.id = b.quote_id
    WHERE j.id = $1 AND j.attempt = $2 AND j.kind = 'maintenance' AND j.state IN ('pending', 'published')";

const BOUGHT: &str =
    "UPDATE bookings SET status = 'active', reasons = '[]', error_code = NULL, updated_at = now()
    WHERE id = $1 AND status = ANY($2) RETURNING tenant_id";

const END: &str = "UPDATE jobs SET state = 'done', finished_at = now(), result = $2
    WHERE id = $1 AND state IN ('pending', 'published')";

impl Settlements for Store {
    async fn settlement_work(&self, ticket: Ticket) -> Result<Option<SettlementWork>, Fault> {
        let client = self.client().await?;
        let row = client
            .row(
                "reading a settlement",
                WORK,
                &[&ticket.job.as_uuid(), &attempt(ticket)?],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let payload: Value = row.get("payload");
        let (number, actor) = said(&payload).ok_or(corrupt("reading what a settlement says"))?;
        let status: &str = row.get("status");
        Ok(Some(SettlementWork {
            booking: BookingId::from(row.get::<_, Uuid>("id")),
            status: status
                .parse()
                .map_err(|_| corrupt("reading a booking's status"))?,
            number,
            actor,
            user_id: row.get("user_id"),
            promise: Promise {
                limit: row.get("coverage_amount"),
                premium: row.get("premium"),
                currency: row.get("currency"),
            },
            taken: row.get("taken"),
        }))
    }

    async fn settle_bought(
        &self,
        ticket: Ticket,
        work: &SettlementWork,
        facts: &Facts,
    ) -> Result<Result<(), Refusal>, Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to settle", error))?;
        if let Err(refusal) = record(&transaction, work, facts).await? {
            return Ok(Err(refusal));
        }
        let result = Settled::Yes.to_json();
        transaction
            .run("ending a settlement", END, &[&ticket.job.as_uuid(), &result])
            .await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a settlement", error))?;
        Ok(Ok(()))
    }
}

/// The certificate and the actor that a job's payload names.
fn said(payload: &Value) -> Option<(Number, String)> {
    if payload.get("task")?.as_str()? != "settle" {
        return None;
    }
    let number = payload.get("certificateNumber")?.as_str()?.parse().ok()?;
    Some((number, payload.get("actor")?.as_str()?.to_owned()))
}

async fn record(
    transaction: &Transaction<'_>,
    work: &SettlementWork,
    facts: &Facts,
) -> Result<Result<(), Refusal>, Fault> {
    let from = Status::sources(Event::SettledBought);
    let moved = transaction
        .row(
            "settling a booking as bought",
            BOUGHT,
            &[&work.booking.as_uuid(), &from],
        )
        .await?;
    let Some(moved) = moved else {
        return Ok(Err(Refusal::NotUnknown));
    };
    if !insert_certificate(transaction, work.booking, facts).await? {
        return Ok(Err(Refusal::Taken));
    }
    move_quote(transaction, work.booking).await?;
    let mut status = Status::Active;
    if facts.status == certificate::Status::Cancelled {
        cancel_booking(transaction, &facts.number).await?;
        status = Status::Cancelled;
    }
    let change = Change {
        booking: work.booking,
        tenant: TenantId::from(moved.get::<_, Uuid>(0)),
        actor: &work.actor,
        after: json!({"status": status.as_str(), "certificateNumber": facts.number}),
    };
    audit_settlement(transaction, change).await.map(Ok)
}

/// One settlement, for the audit log.
pub(super) struct Change<'a> {
    pub(super) booking: BookingId,
    pub(super) tenant: TenantId,
    pub(super) actor: &'a str,
    pub(super) after: Value,
}

pub(super) async fn audit_settlement(transaction: &Transaction<'_>, change: Change<'_>) -> Result<(), Fault> {
    let entry = audit::Entry {
        tenant: Some(change.tenant),
        actor: change.actor.to_owned(),
        action: "booking.settle",
        subject: change.booking.to_string(),
        before: Some(json!({"status": Status::OutcomeUnknown.as_str()})),
        after: Some(change.after),
    };
    audit::record(transaction, &entry).await
}
