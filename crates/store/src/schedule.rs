//! When reference data are refreshed: one row that all workers follow.

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::ports::Fault;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Store;
use crate::audit;
use crate::fault::{corrupt, fault};
use crate::idempotency::{Acceptance, Key, claim};
use crate::jobs::NewJob;
use crate::local_tenant;
use crate::sql::{Parameters, Sql};

const SUPPORT_DATA: &str = "support-data";

/// The schedule of the refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Cron expression, UTC.
    pub cron: String,
    /// When the next refresh is due.
    pub next_run_at: OffsetDateTime,
}

impl Store {
    /// Notes the configured schedule if none is kept yet; the first refresh is due at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ensure_schedule(&self, cron: &str) -> Result<(), Fault> {
        let sql =
            "INSERT INTO schedules (name, cron, next_run_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING";
        let client = self.client().await?;
        client
            .run("ensuring the schedule", sql, &[&SUPPORT_DATA, &cron])
            .await?;
        Ok(())
    }

    /// The schedule, if one is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schedule(&self) -> Result<Option<Schedule>, Fault> {
        let sql = "SELECT cron, next_run_at FROM schedules WHERE name = $1";
        let client = self.client().await?;
        let row = client.row("reading the schedule", sql, &[&SUPPORT_DATA]).await?;
        Ok(row.map(|row| Schedule {
            cron: row.get("cron"),
            next_run_at: row.get("next_run_at"),
        }))
    }

    /// Changes the schedule. The key comes with the tenant of whoever sent it.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed, or the same key will find it.
    pub async fn set_schedule(
        &self,
        schedule: &Schedule,
        actor: &str,
        key: Option<(TenantId, &Key)>,
    ) -> Result<Acceptance<()>, Fault> {
        let sql = "INSERT INTO schedules (name, cron, next_run_at) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET cron = $2, next_run_at = $3, updated_at = now()";
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to schedule", error))?;
        if let Some((tenant, key)) = key
            && !claim(&transaction, tenant, key, JobId::generate(), Uuid::now_v7()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        let before = "SELECT to_jsonb(cron) FROM schedules WHERE name = $1 FOR UPDATE";
        let before = transaction
            .row("reading the schedule", before, &[&SUPPORT_DATA])
            .await?;
        let parameters: Parameters<'_> = &[&SUPPORT_DATA, &schedule.cron, &schedule.next_run_at];
        transaction.run("changing the schedule", sql, parameters).await?;
        let entry = audit::Entry {
            tenant: None,
            actor: actor.to_owned(),
            action: "support_data.schedule",
            subject: SUPPORT_DATA.to_owned(),
            before: before.map(|row| row.get(0)),
            after: Some(schedule.cron.as_str().into()),
        };
        audit::record(&transaction, &entry).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing the schedule", error))?;
        Ok(Acceptance::Accepted(()))
    }

    /// If a refresh is due, moves the schedule on to `next` and enqueues the refresh, in one statement: of all
    /// workers that ask at once, one gets the job. `seen` is the due time that `next` was computed from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_due_refresh(
        &self,
        seen: OffsetDateTime,
        next: OffsetDateTime,
    ) -> Result<Option<JobId>, Fault> {
        let sql = "WITH due AS (
                UPDATE schedules SET next_run_at = $2, updated_at = now()
                WHERE name = $1 AND next_run_at = $3 AND next_run_at <= now() RETURNING 1)
            INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at)
            SELECT $4, $5, 'support-data', $4, now() FROM due";
        let job = JobId::generate();
        let parameters: Parameters<'_> = &[
            &SUPPORT_DATA,
            &next,
            &seen,
            &job.as_uuid(),
            &local_tenant().as_uuid(),
        ];
        let client = self.client().await?;
        let taken = client.run("taking a due refresh", sql, parameters).await?;
        Ok((taken == 1).then_some(job))
    }

    /// Accepts a refresh that a caller asked for. The key comes with the tenant of whoever sent it.
    ///
    /// # Errors
    /// When the database fails; then nothing was accepted, or the same key will find it.
    pub async fn accept_refresh(
        &self,
        job: &NewJob,
        key: Option<(TenantId, &Key)>,
    ) -> Result<Acceptance<JobId>, Fault> {
        let sql = "INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, reply_to, traceparent)
            VALUES ($1, $2, 'support-data', $1, now() + $3 * interval '1 millisecond', $4, $5)";
        let parameters: Parameters<'_> = &[
            &job.id.as_uuid(),
            &local_tenant().as_uuid(),
            &job.relay_after_ms(),
            &job.reply_to,
            &job.traceparent,
        ];
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning a refresh", error))?;
        if let Some((tenant, key)) = key
            && !claim(&transaction, tenant, key, job.id, job.id.as_uuid()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(tenant, Some(key)).await;
        }
        transaction.run("accepting a refresh", sql, parameters).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a refresh", error))?;
        Ok(Acceptance::Accepted(job.id))
    }

    /// The database's clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn now(&self) -> Result<OffsetDateTime, Fault> {
        let client = self.client().await?;
        let row = client.row("reading the clock", "SELECT now()", &[]).await?;
        row.map(|row| row.get(0)).ok_or(corrupt("reading the clock"))
    }
}
