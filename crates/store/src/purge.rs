//! Removing what nobody will ask for again. Everything is removed in small steps, so that no lock is held for long.

use loadsure_core::ports::Fault;

use crate::Store;
use crate::scaling::PURGE_DECISIONS;
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

/// Applications name people. Those that led to nothing are kept for ninety days, to answer questions about them, and
/// not longer; one that was booked, or tried to be, is part of the record of the purchase and stays.
const QUOTES: &str = "DELETE FROM quotes WHERE id IN (
        SELECT q.id FROM quotes q
        WHERE q.status IN ('declined', 'failed', 'expired') AND q.created_at <= now() - interval '90 days'
            AND NOT EXISTS (SELECT FROM bookings b WHERE b.quote_id = q.id)
        ORDER BY q.created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Commands count once within the ten minutes that they are good for; the audit log keeps them.
const COMMANDS: &str = "DELETE FROM scaling_commands WHERE id IN (
        SELECT id FROM scaling_commands WHERE applied_at <= now() - interval '7 days' LIMIT 1000
        FOR UPDATE SKIP LOCKED)";

/// A year of changes shows the seasons of a year. One that has not ended waits for a leader.
const CHANGES: &str = "DELETE FROM scaling_changes WHERE id IN (
        SELECT id FROM scaling_changes
        WHERE started_at <= now() - interval '1 year' AND ended_at <= now() - interval '1 year'
        ORDER BY started_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Those that were carried out stay with their changes.
const PROPOSALS: &str = "DELETE FROM scaling_proposals WHERE id IN (
        SELECT p.id FROM scaling_proposals p
        WHERE p.made_at <= now() - interval '7 days' AND p.expires_at <= now()
            AND NOT EXISTS (SELECT FROM scaling_changes c WHERE c.proposal_id = p.id)
        LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Each start of a monitor has a name of its own.
const MONITORS: &str = "DELETE FROM scaling_monitors WHERE seen_at <= now() - interval '1 day'";

impl Store {
    /// Removes what nobody will ask for again, up to a thousand rows of each: idempotency keys whose time is over, jobs
    /// that ended a month ago, quotes that led to nothing in ninety days, decisions about scaling of a week ago with what led
    /// to them, and changes of the number of workers of a year ago. Returns how many rows that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge(&self) -> Result<u64, Fault> {
        let client = self.client().await?;
        let keys = client.run("purging idempotency keys", KEYS, &[]).await?;
        let jobs = client.run("purging jobs", JOBS, &[]).await?;
        let quotes = client.run("purging quotes", QUOTES, &[]).await?;
        let mut purged = keys.saturating_add(jobs).saturating_add(quotes);
        for sql in [PURGE_DECISIONS, COMMANDS, CHANGES, PROPOSALS, MONITORS] {
            let removed = client.run("purging what was scaled", sql, &[]).await?;
            purged = purged.saturating_add(removed);
        }
        Ok(purged)
    }
}
