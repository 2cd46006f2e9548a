//! The right to lead: one monitor at a time, each with a term higher than all before it.

use std::time::{Duration, Instant};

use deadpool_postgres::GenericClient;
use loadsure_core::ports::Fault;
use time::OffsetDateTime;

use crate::Store;
use crate::fault::corrupt;
use crate::jobs::millis;
use crate::sql::{Parameters, Sql};

/// Name of the lease.
pub(super) const LEASE: &str = "queue-monitor";

/// The lead, as its holder knows it.
#[derive(Debug, Clone)]
pub struct Lead {
    term: i64,
    length: Duration,
    /// When it was asked for, by a clock that is never set.
    asked: Instant,
}

/// Who leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    /// The monitor: its instance and boot id.
    pub instance: String,
    /// Its term.
    pub term: u64,
    /// Since when.
    pub since: OffsetDateTime,
    /// Until when, unless it renews.
    pub until: OffsetDateTime,
}

impl Lead {
    /// The term, which grows with every lead.
    #[must_use]
    pub fn term(&self) -> u64 {
        u64::try_from(self.term).unwrap_or_default()
    }

    pub(super) const fn sql_term(&self) -> i64 {
        self.term
    }

    /// It was renewed; that was `asked` for then.
    pub(super) const fn renewed(&mut self, asked: Instant) {
        self.asked = asked;
    }

    /// How long nobody else can lead, surely: measured from before the lease was asked for, by a clock that is never
    /// set and that goes on while this process is frozen. Act on the outside only while this is more than it takes.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.length.saturating_sub(self.asked.elapsed())
    }
}

/// A monitor that asks is one that runs. The term grows also for a holder that asks again, as after a lost answer.
const TAKE: &str = "WITH seen AS (
        INSERT INTO scaling_monitors (instance) VALUES ($2)
        ON CONFLICT (instance) DO UPDATE SET seen_at = now())
    INSERT INTO leases (name, term, until, holder, taken_at)
    VALUES ($1, 1, now() + $3 * interval '1 millisecond', $2, now())
    ON CONFLICT (name) DO UPDATE SET term = leases.term + 1, until = excluded.until, holder = excluded.holder,
        taken_at = excluded.taken_at
    WHERE leases.until <= now() OR leases.holder = excluded.holder
    RETURNING term";

const RENEW: &str = "WITH renewed AS (
        UPDATE leases SET until = now() + $3 * interval '1 millisecond'
        WHERE name = $1 AND term = $2 AND until > now() RETURNING holder)
    INSERT INTO scaling_monitors (instance) SELECT holder FROM renewed
    ON CONFLICT (instance) DO UPDATE SET seen_at = now()";

const LEADER: &str = "SELECT holder, term, taken_at, until FROM leases
    WHERE name = $1 AND until > now() AND holder IS NOT NULL AND taken_at IS NOT NULL";

/// Renews the lead in the database, if the term is not over.
pub(super) async fn renew(client: &impl GenericClient, lead: &Lead) -> Result<bool, Fault> {
    let parameters: Parameters<'_> = &[&LEASE, &lead.term, &millis(lead.length)];
    Ok(client.run("renewing the lead", RENEW, parameters).await? > 0)
}

impl Store {
    /// Begins to lead, for `length`, unless another monitor does. `instance` names the process: its instance and boot id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lead(&self, instance: &str, length: Duration) -> Result<Option<Lead>, Fault> {
        let asked = Instant::now();
        let client = self.client().await?;
        let row = client
            .row("taking the lead", TAKE, &[&LEASE, &instance, &millis(length)])
            .await?;
        Ok(row.map(|row| Lead {
            term: row.get(0),
            length,
            asked,
        }))
    }

    /// Goes on leading for the same length from now on. `false`: the term is over.
    ///
    /// # Errors
    /// When the database fails; the lead then lasts as long as it did.
    pub async fn renew_lead(&self, lead: &mut Lead) -> Result<bool, Fault> {
        let asked = Instant::now();
        let client = self.client().await?;
        if !renew(&client, lead).await? {
            return Ok(false);
        }
        lead.renewed(asked);
        Ok(true)
    }

    /// Stops leading, so that another monitor need not wait.
    ///
    /// # Errors
    /// When the database fails; the lead then ends by itself.
    pub async fn release_lead(&self, lead: Lead) -> Result<(), Fault> {
        let sql = "UPDATE leases SET until = now() WHERE name = $1 AND term = $2 AND until > now()";
        let client = self.client().await?;
        client
            .run("giving the lead up", sql, &[&LEASE, &lead.term])
            .await?;
        Ok(())
    }

    /// Who leads, if anyone does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leader(&self) -> Result<Option<Leader>, Fault> {
        let client = self.client().await?;
        let row = client.row("reading who leads", LEADER, &[&LEASE]).await?;
        let Some(row) = row else { return Ok(None) };
        let term = u64::try_from(row.get::<_, i64>("term")).map_err(|_| corrupt("reading a term"))?;
        Ok(Some(Leader {
            instance: row.get("holder"),
            term,
            since: row.get("taken_at"),
            until: row.get("until"),
        }))
    }
}
