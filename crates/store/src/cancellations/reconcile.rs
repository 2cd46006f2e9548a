//! Cancellations that were given up though they may have arrived: asked about later, and corrected when they have.

use deadpool_postgres::Transaction;
use loadsure_core::cancellation::{Event, Status};
use loadsure_core::certificate::Number;
use loadsure_core::id::{CancellationId, JobId, TenantId};
use loadsure_core::ports::Fault;
use loadsure_core::state::State as _;
use serde_json::json;
use uuid::Uuid;

use crate::audit;
use crate::sql::Sql;

/// Nothing but `sending` may have arrived. The delay is longer than any call, so that the last attempt has arrived by
/// then if it ever does. Code that does not know `reconciles` refreshes the certificate as if a caller had asked.
const LOOK_LATER: &str = "INSERT INTO jobs (id, tenant_id, kind, subject_id, payload, due_at)
    SELECT $1, tenant_id, 'certificate', certificate_id, '{\"task\": \"refresh\", \"reconciles\": true}'::jsonb,
        now() + interval '60 seconds'
    FROM cancellations WHERE id = $2 AND status = 'sending'";

/// The newest one that was given up, unless another one is known to have done it. One that the insurer refused has no
/// error code, and stays refused.
const RECONCILE: &str = "WITH given_up AS (
        SELECT x.id, x.certificate_id, x.reason, x.additional_info
        FROM cancellations x JOIN certificates c ON c.id = x.certificate_id
        WHERE c.number = $1 AND x.status = ANY($2) AND x.error_code IS NOT NULL
            AND NOT EXISTS (SELECT FROM cancellations d WHERE d.certificate_id = c.id AND d.status = 'done')
        ORDER BY x.id DESC LIMIT 1),
    explained AS (
        UPDATE certificates c SET cancellation_reason = coalesce(c.cancellation_reason, g.reason),
            cancellation_info = coalesce(c.cancellation_info, g.additional_info)
        FROM given_up g WHERE c.id = g.certificate_id)
    UPDATE cancellations x SET status = $3, error_code = NULL, updated_at = now()
    FROM given_up g WHERE x.id = g.id RETURNING x.id, x.tenant_id";

/// Has a worker ask the insurer about the certificate of a cancellation that is about to be given up.
pub(crate) async fn look_later(transaction: &Transaction<'_>, id: CancellationId) -> Result<(), Fault> {
    let (job, id) = (JobId::generate().as_uuid(), id.as_uuid());
    transaction
        .run("asking about a cancellation later", LOOK_LATER, &[&job, &id])
        .await?;
    Ok(())
}

/// The insurer says that a certificate is cancelled: a cancellation of it that was given up has arrived.
pub(crate) async fn reconcile(transaction: &Transaction<'_>, number: &Number) -> Result<(), Fault> {
    let from = Status::sources(Event::Reconciled);
    let row = transaction
        .row(
            "reconciling a cancellation",
            RECONCILE,
            &[&number.as_str(), &from, &Status::Done.as_str()],
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    let id: Uuid = row.get("id");
    let entry = audit::Entry {
        tenant: Some(TenantId::from(row.get::<_, Uuid>("tenant_id"))),
        actor: "worker".to_owned(),
        action: "cancellation.reconcile",
        subject: id.to_string(),
        before: Some(json!({"status": Status::Failed.as_str()})),
        after: Some(json!({"status": Status::Done.as_str()})),
    };
    audit::record(transaction, &entry).await
}
