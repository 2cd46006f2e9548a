//! Marking quotes whose time ran out. Reading and buying compare with the clock anyway; this keeps lists honest.

use loadsure_core::ports::Fault;

use crate::Store;
use crate::sql::Sql;

/// A quote that is being bought, or may have been, is left alone until that is settled.
const EXPIRE: &str = "UPDATE quotes SET status = 'expired', updated_at = now() WHERE id IN (
        SELECT q.id FROM quotes q
        WHERE q.status = 'active' AND q.expires_at <= now() AND NOT EXISTS (
            SELECT 1 FROM bookings b
            WHERE b.quote_id = q.id AND b.status IN ('requested', 'purchasing', 'outcome_unknown'))
        ORDER BY q.expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

impl Store {
    /// Marks up to a thousand expired quotes and returns how many they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_quotes(&self) -> Result<u64, Fault> {
        let client = self.client().await?;
        client.run("expiring quotes", EXPIRE, &[]).await
    }
}
