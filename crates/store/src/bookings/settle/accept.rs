//! What a person says of an unknown outcome. The booking's row is locked meanwhile, so two settlements of one booking
//! queue up here.

use std::time::Duration;

use deadpool_postgres::Transaction;
use loadsure_core::booking::{Event, Status};
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, JobId, TenantId};
use loadsure_core::ports::Fault;
use loadsure_core::settlement::{Refusal, may_be_not_bought};
use loadsure_core::state::State as _;
use serde_json::json;
use uuid::Uuid;

use super::record::{Change, audit_settlement};
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::idempotency::{Acceptance, Key, claim};
use crate::jobs::NewJob;
use crate::sql::Sql;

/// A settlement to be accepted.
#[derive(Debug, Clone, Copy)]
pub struct NewSettlement<'a> {
    /// Which booking, of any tenant.
    pub booking: BookingId,
    /// Who settles it, for the audit log: `key:<id>` or `ctl:<user>`.
    pub actor: &'a str,
    /// The key that the request carries, with the tenant of whoever sent it.
    pub key: Option<(TenantId, &'a Key)>,
}

/// A booking that is to be settled, locked.
struct Locked {
    tenant: TenantId,
    status: Status,
    /// Since its last attempt began.
    since: Duration,
    /// Whether a settlement job has not ended.
    in_progress: bool,
}

const LOCK: &str = "SELECT tenant_id, status FROM bookings WHERE id = $1 FOR UPDATE";

/// A statement of its own: what was committed while the lock was waited for is seen by it.
const AROUND: &str = "SELECT
        (SELECT (extract(epoch FROM now() - max(started_at)) * 1000)::bigint FROM booking_attempts
            WHERE booking_id = $1) AS since_ms,
        EXISTS (SELECT FROM jobs WHERE subject_id = $1 AND kind = 'maintenance'
            AND state IN ('pending', 'published')) AS in_progress";

const ENQUEUE: &str =
    "INSERT INTO jobs (id, tenant_id, kind, subject_id, payload, due_at, reply_to, traceparent)
    VALUES ($1, $2, 'maintenance', $3, $4, now() + $5 * interval '1 millisecond', $6, $7)";

const NOT_BOUGHT: &str = "UPDATE bookings SET status = $3, error_code = $4, updated_at = now()
    WHERE id = $1 AND status = ANY($2)";

impl Store {
    /// Accepts that an unknown outcome is said to be a certificate, with the job that asks the insurer. It is only
    /// believed when that confirms it.
    ///
    /// # Errors
    /// When the database fails; then nothing was accepted, or the same key will find it.
    pub async fn accept_settlement(
        &self,
        new: &NewSettlement<'_>,
        number: &Number,
        job: &NewJob,
    ) -> Result<Acceptance<JobId>, Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to settle", error))?;
        let Some(locked) = lock(&transaction, new.booking).await? else {
            return Ok(Acceptance::Refused(ErrorCode::BookingNotFound, None));
        };
        if let Some((tenant, key)) = new.key
            && !claim(&transaction, tenant, key, job.id, new.booking.as_uuid()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        if let Err(refusal) = may_be_asked(&locked) {
            return Ok(refused(refusal, new.booking));
        }
        enqueue(&transaction, new, &locked, number, job).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a settlement", error))?;
        Ok(Acceptance::Accepted(job.id))
    }

    /// Settles an unknown outcome as not bought, which lets the caller book again.
    ///
    /// # Errors
    /// When the database fails; then nothing was settled, or asking again will find it settled.
    pub async fn settle_not_bought(&self, new: &NewSettlement<'_>) -> Result<Acceptance<()>, Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to settle", error))?;
        let Some(locked) = lock(&transaction, new.booking).await? else {
            return Ok(Acceptance::Refused(ErrorCode::BookingNotFound, None));
        };
        if let Some((tenant, key)) = new.key
            && !claim(
                &transaction,
                tenant,
                key,
                JobId::generate(),
                new.booking.as_uuid(),
            )
            .await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        let to = match may_be_not_bought(locked.status, locked.since) {
            Ok(_) if locked.in_progress => return Ok(refused(Refusal::InProgress, new.booking)),
            Ok(to) => to,
            Err(refusal) => return Ok(refused(refusal, new.booking)),
        };
        move_to(&transaction, new, &locked, to).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a settlement", error))?;
        Ok(Acceptance::Accepted(()))
    }
}

fn refused<T>(refusal: Refusal, booking: BookingId) -> Acceptance<T> {
    Acceptance::Refused(refusal.code(), Some(booking.as_uuid()))
}

fn may_be_asked(locked: &Locked) -> Result<(), Refusal> {
    if locked.status.transition(Event::SettledBought).is_err() {
        return Err(Refusal::NotUnknown);
    }
    if locked.in_progress {
        return Err(Refusal::InProgress);
    }
    Ok(())
}

async fn lock(transaction: &Transaction<'_>, booking: BookingId) -> Result<Option<Locked>, Fault> {
    let id = booking.as_uuid();
    let row = transaction.row("locking a booking", LOCK, &[&id]).await?;
    let Some(row) = row else { return Ok(None) };
    let status: &str = row.get("status");
    let around = transaction
        .row("looking around a booking", AROUND, &[&id])
        .await?
        .ok_or(corrupt("looking around a booking"))?;
    let since: Option<i64> = around.get("since_ms");
    Ok(Some(Locked {
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        status: status
            .parse()
            .map_err(|_| corrupt("reading a booking's status"))?,
        since: Duration::from_millis(u64::try_from(since.unwrap_or_default()).unwrap_or_default()),
        in_progress: around.get("in_progress"),
    }))
}

async fn enqueue(
    transaction: &Transaction<'_>,
    new: &NewSettlement<'_>,
    locked: &Locked,
    number: &Number,
    job: &NewJob,
) -> Result<(), Fault> {
    let payload = json!({"task": "settle", "certificateNumber": number, "actor": new.actor});
    transaction
        .run(
            "enqueueing a settlement",
            ENQUEUE,
            &[
                &job.id.as_uuid(),
                &locked.tenant.as_uuid(),
                &new.booking.as_uuid(),
                &payload,
                &job.relay_after_ms(),
                &job.reply_to,
                &job.traceparent,
            ],
        )
        .await?;
    Ok(())
}

async fn move_to(
    transaction: &Transaction<'_>,
    new: &NewSettlement<'_>,
    locked: &Locked,
    to: Status,
) -> Result<(), Fault> {
    let from = Status::sources(Event::SettledNotBought);
    let code = ErrorCode::PurchaseNotMade.as_str();
    transaction
        .run(
            "settling a booking as not bought",
            NOT_BOUGHT,
            &[&new.booking.as_uuid(), &from, &to.as_str(), &code],
        )
        .await?;
    let change = Change {
        booking: new.booking,
        tenant: locked.tenant,
        actor: new.actor,
        after: json!({"status": to.as_str()}),
    };
    audit_settlement(transaction, change).await
}
