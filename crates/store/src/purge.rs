//! Removing what nobody will ask for again. Everything is removed in small steps, so that no lock is held for long.

use loadsure_core::ports::Fault;

use crate::Store;
use crate::sql::Sql;

/// A key counts as free once its time is over; this only gives its space back.
const KEYS: &str = "DELETE FROM idempotency_keys WHERE (tenant_id, key) IN (
        SELECT tenant_id, key FROM idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000
        FOR UPDATE SKIP LOCKED)";

/// Jobs that ended well a month ago. Those of purchases are part of the journal and stay; so do dead ones, which wait
/// for a person.
const JOBS: &str = "DELETE FROM jobs WHERE id IN (
        SELECT j.id FROM jobs j
        WHERE j.state = 'done' AND j.finished_at <= now() - interval '30 days'
            AND NOT EXISTS (SELECT 1 FROM booking_attempts a WHERE a.job_id = j.id)
        ORDER BY j.finished_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

impl Store {
    /// Removes up to a thousand idempotency keys whose time is over, and as many jobs that ended long ago, and returns
    /// how many rows that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge(&self) -> Result<u64, Fault> {
        let client = self.client().await?;
        let keys = client.run("purging idempotency keys", KEYS, &[]).await?;
        let jobs = client.run("purging jobs", JOBS, &[]).await?;
        Ok(keys.saturating_add(jobs))
    }
}
