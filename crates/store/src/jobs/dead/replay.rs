//! Trying a job that died once more, or being done with it. Its row is locked meanwhile, so of two people one does it.

use deadpool_postgres::Transaction;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use serde_json::{Value, json};
use uuid::Uuid;

use super::DeadOrder;
use super::reopen::reopen;
use crate::fault::fault;
use crate::idempotency::{Acceptance, claim};
use crate::jobs::relay::kind;
use crate::sql::Sql;
use crate::{Store, audit};

/// A job that died, locked.
struct Locked {
    kind: Kind,
    tenant: TenantId,
    subject: Uuid,
    is_dead: bool,
    before: Value,
}

const LOCK: &str = "SELECT kind, tenant_id, subject_id, state = 'dead' AS is_dead,
        jsonb_build_object('state', state, 'attempt', attempt, 'errorCode', error_code) AS before
    FROM jobs WHERE id = $1 FOR UPDATE";

/// From the first attempt on, with all the patience of its kind: the errors of its earlier life are told and do not
/// count. What is left in Redis of its earlier life does no more
/// than a second delivery: handlers are idempotent, and a purchase is guarded by its journal. Nobody waits any more.
const REPLAY: &str = "UPDATE jobs SET state = 'pending', attempt = 1, due_at = now(), finished_at = NULL,
        entry_id = NULL, reply_to = NULL, error_code = NULL, result = NULL,
        errors = (SELECT coalesce(jsonb_agg(e || '{\"earlier\": true}'), '[]') FROM jsonb_array_elements(errors) e)
    WHERE id = $1";

/// As a job that ended, so that it is removed in time.
const DISCARD: &str = "UPDATE jobs SET state = 'done' WHERE id = $1";

impl Store {
    /// Has a job that died tried once more, with what it works on, in one transaction: the relay publishes it. Refused
    /// where that is not safe or not of use; with the id of the booking where a purchase may have been made.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed, or asking again will find it changed.
    pub async fn replay_dead(&self, order: &DeadOrder<'_>) -> Result<Acceptance<()>, Fault> {
        self.dispose(order, Disposal::Replay).await
    }

    /// Is done with a job that died. What it worked on stays as it is.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed, or asking again will find it changed.
    pub async fn discard_dead(&self, order: &DeadOrder<'_>) -> Result<Acceptance<()>, Fault> {
        self.dispose(order, Disposal::Discard).await
    }

    async fn dispose(&self, order: &DeadOrder<'_>, how: Disposal) -> Result<Acceptance<()>, Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning with a dead job", error))?;
        let Some(locked) = lock(&transaction, order.job).await? else {
            return Ok(Acceptance::Refused(ErrorCode::JobNotFound, None));
        };
        if let Some((tenant, key)) = order.key
            && !claim(&transaction, tenant, key, order.job, order.job.as_uuid()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        if !locked.is_dead {
            return Ok(Acceptance::Refused(ErrorCode::JobNotDead, None));
        }
        if let Disposal::Replay = how
            && let Err(code) = reopen(&transaction, locked.kind, locked.subject).await?
        {
            return Ok(Acceptance::Refused(code, Some(locked.subject)));
        }
        let id = order.job.as_uuid();
        transaction.run(how.what(), how.sql(), &[&id]).await?;
        record(&transaction, order, locked, how).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a dead job", error))?;
        Ok(Acceptance::Accepted(()))
    }
}

/// What is done about a job that died.
#[derive(Debug, Clone, Copy)]
enum Disposal {
    Replay,
    Discard,
}

impl Disposal {
    const fn what(self) -> &'static str {
        match self {
            Self::Replay => "replaying a job",
            Self::Discard => "discarding a job",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Replay => REPLAY,
            Self::Discard => DISCARD,
        }
    }

    /// Name in the audit log, and the state that it leads to.
    const fn audited(self) -> (&'static str, &'static str) {
        match self {
            Self::Replay => ("job.replay", "pending"),
            Self::Discard => ("job.discard", "done"),
        }
    }
}

async fn lock(transaction: &Transaction<'_>, job: JobId) -> Result<Option<Locked>, Fault> {
    let row = transaction
        .row("locking a dead job", LOCK, &[&job.as_uuid()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Locked {
        kind: kind(row.get("kind"))?,
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        subject: row.get("subject_id"),
        is_dead: row.get("is_dead"),
        before: row.get("before"),
    }))
}

async fn record(
    transaction: &Transaction<'_>,
    order: &DeadOrder<'_>,
    locked: Locked,
    how: Disposal,
) -> Result<(), Fault> {
    let (action, state) = how.audited();
    let entry = audit::Entry {
        tenant: Some(locked.tenant),
        actor: order.actor.to_owned(),
        action,
        subject: order.job.to_string(),
        before: Some(locked.before),
        after: Some(json!({"state": state, "kind": locked.kind.as_str(), "subjectId": locked.subject})),
    };
    audit::record(transaction, &entry).await
}
