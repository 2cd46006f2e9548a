//! What the outbox says of the work that there is: the queue monitor's second source beside Redis.

use std::collections::BTreeMap;

use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use time::OffsetDateTime;
use tokio_postgres::Row;

use super::relay::kind;
use crate::Store;
use crate::fault::corrupt;
use crate::sql::Sql;

/// What the outbox says, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbox {
    /// When, by the database's clock.
    pub at: OffsetDateTime,
    /// Jobs by kind. A kind without any is missing.
    pub jobs: BTreeMap<Kind, OutboxJobs>,
}

/// Jobs of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxJobs {
    /// Published and not ended: each should be in its stream.
    pub published: u64,
    /// Ended, done or dead, since the moment that was asked for.
    pub ended: u64,
}

/// Each part is one of the partial indexes of `jobs`. Without any job there is one row, of the clock alone.
const COUNT: &str = "SELECT clock.at, parts.kind, sum(parts.published)::bigint AS published, sum(parts.ended)::bigint AS ended
    FROM (SELECT now() AS at) AS clock LEFT JOIN (
        SELECT kind, count(*) AS published, 0 AS ended FROM jobs WHERE state = 'published' GROUP BY kind
        UNION ALL
        SELECT kind, 0, count(*) FROM jobs WHERE state = 'done' AND finished_at > $1 GROUP BY kind
        UNION ALL
        SELECT kind, 0, count(*) FROM jobs WHERE state = 'dead' AND finished_at > $1 GROUP BY kind) AS parts ON true
    GROUP BY clock.at, parts.kind";

impl Store {
    /// Counts what is published and not ended, and what has ended since `since`, by the database's clock. `None` counts
    /// no end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox(&self, since: Option<OffsetDateTime>) -> Result<Outbox, Fault> {
        let what = "counting the outbox";
        let client = self.client().await?;
        let rows = client.rows(what, COUNT, &[&since]).await?;
        let number = |row: &Row, column| u64::try_from(row.get::<_, i64>(column)).map_err(|_| corrupt(what));
        let mut jobs = BTreeMap::new();
        for row in rows
            .iter()
            .filter(|row| row.get::<_, Option<&str>>("kind").is_some())
        {
            let counts = OutboxJobs {
                published: number(row, "published")?,
                ended: number(row, "ended")?,
            };
            jobs.insert(kind(row.get("kind"))?, counts);
        }
        let clock = rows.first().ok_or(corrupt(what))?;
        Ok(Outbox {
            at: clock.get("at"),
            jobs,
        })
    }
}
