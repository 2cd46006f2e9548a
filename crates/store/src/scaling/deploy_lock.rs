//! The deploy lock: while a deployment holds it, the number of workers is left alone.

use std::time::Duration;

use loadsure_core::ports::Fault;

use crate::Store;
use crate::jobs::millis;
use crate::sql::Sql;

/// Name of the lease.
pub(super) const LEASE: &str = "deploy";

const TAKE: &str = "INSERT INTO leases (name, term, until, holder, taken_at)
    VALUES ($1, 1, now() + $3 * interval '1 millisecond', $2, now())
    ON CONFLICT (name) DO UPDATE SET term = leases.term + 1, until = excluded.until, holder = excluded.holder,
        taken_at = excluded.taken_at
    WHERE leases.until <= now() OR leases.holder = excluded.holder";

const PROLONG: &str = "UPDATE leases SET until = now() + $3 * interval '1 millisecond'
    WHERE name = $1 AND holder = $2 AND until > now()";

impl Store {
    /// Takes the deploy lock for `length`, or goes on holding it. `false`: another deployment holds it. It ends by itself, so
    /// that a deployment that dies does not keep the workers from following the work for ever.
    ///
    /// `holder` names one deployment and no other, such as the run of a pipeline: two that go by the same name hold the same
    /// lock, and the first to end gives it back for both.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_deploy(&self, holder: &str, length: Duration) -> Result<bool, Fault> {
        let client = self.client().await?;
        let taken = client
            .run(
                "taking the deploy lock",
                TAKE,
                &[&LEASE, &holder, &millis(length)],
            )
            .await?;
        Ok(taken == 1)
    }

    /// Prolongs the deploy lock to `length` from now. `false`: `holder` does not hold it, or not any more.
    ///
    /// # Errors
    /// When the database fails; the lock then lasts as long as it did.
    pub async fn prolong_deploy_lock(&self, holder: &str, length: Duration) -> Result<bool, Fault> {
        let client = self.client().await?;
        let prolonged = client
            .run(
                "prolonging the deploy lock",
                PROLONG,
                &[&LEASE, &holder, &millis(length)],
            )
            .await?;
        Ok(prolonged == 1)
    }

    /// Gives the deploy lock back. `false`: `holder` does not hold it.
    ///
    /// # Errors
    /// When the database fails; the lock then ends by itself.
    pub async fn unlock_deploy(&self, holder: &str) -> Result<bool, Fault> {
        let sql = "UPDATE leases SET until = now() WHERE name = $1 AND holder = $2 AND until > now()";
        let client = self.client().await?;
        let given = client
            .run("giving the deploy lock back", sql, &[&LEASE, &holder])
            .await?;
        Ok(given == 1)
    }

    /// Whether a deployment holds the lock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deploy_is_locked(&self) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM leases WHERE name = $1 AND until > now()";
        let client = self.client().await?;
        let held = client.row("reading the deploy lock", sql, &[&LEASE]).await?;
        Ok(held.is_some())
    }

    /// Who holds the deploy lock, if anyone does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deploy_holder(&self) -> Result<Option<String>, Fault> {
        let sql = "SELECT holder FROM leases WHERE name = $1 AND until > now()";
        let client = self.client().await?;
        let held = client.row("reading the deploy lock", sql, &[&LEASE]).await?;
        Ok(held.and_then(|row| row.get(0)))
    }
}
