//! When jobs arrived, as the outbox knows it: what a simulation replays.

use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Store;
use crate::sql::Sql;

/// Which arrivals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArrivalsFilter {
    /// Of this kind only.
    pub kind: Option<Kind>,
    /// At or after this time.
    pub since: Option<OffsetDateTime>,
    /// Before this time.
    pub until: Option<OffsetDateTime>,
}

/// Some arrivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    /// When each job was accepted, in milliseconds since the Unix epoch, about in their order: ids of jobs are made by
    /// processes whose clocks may differ.
    pub at_ms: Vec<i64>,
    /// Where to go on; `None` at the end.
    pub next: Option<Uuid>,
}

/// In the order of the primary key, so that each page is read where the one before ended.
const ARRIVALS: &str = "SELECT id, floor(extract(epoch FROM created_at) * 1000)::bigint FROM jobs
    WHERE id > $1 AND ($2::text IS NULL OR kind = $2) AND ($3::timestamptz IS NULL OR created_at >= $3)
        AND ($4::timestamptz IS NULL OR created_at < $4)
    ORDER BY id LIMIT $5";

impl Store {
    /// Up to `limit` arrivals after the job `after`. A job counts once, however often it was tried. Jobs that ended well
    /// are kept for thirty days.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn arrivals(
        &self,
        filter: &ArrivalsFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Arrivals, Fault> {
        let kind = filter.kind.map(Kind::as_str);
        let (after, limit) = (after.unwrap_or(Uuid::nil()), i64::from(limit));
        let client = self.client().await?;
        let rows = client
            .rows(
                "reading arrivals",
                ARRIVALS,
                &[&after, &kind, &filter.since, &filter.until, &limit],
            )
            .await?;
        Ok(Arrivals {
            at_ms: rows.iter().map(|row| row.get(1)).collect(),
            next: rows.last().map(|row| row.get(0)),
        })
    }
}
