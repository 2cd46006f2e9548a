//! Moving jobs from the outbox to the streams: what the API published, what the relay publishes, what the sweeper
//! brings back.

use std::time::Duration;

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::end::millis;
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::sql::Sql;

/// A job that is to be published.
#[derive(Debug, Clone)]
pub struct DueJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: Kind,
    /// Its owner.
    pub tenant: TenantId,
    /// Its attempt.
    pub attempt: u32,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
    /// The reply stream of whoever waits for it.
    pub reply_to: Option<String>,
    /// Its trace.
    pub traceparent: Option<String>,
    /// The stream entry under which it was published last.
    pub entry_id: Option<String>,
}

/// A job that was published, and where.
#[derive(Debug, Clone)]
pub struct Published {
    /// The job.
    pub job: JobId,
    /// The attempt that was published.
    pub attempt: u32,
    /// The stream entry.
    pub entry_id: String,
}

const COLUMNS: &str = "id, kind, tenant_id, attempt, created_at, reply_to, traceparent, entry_id";

/// A lock that is skipped is another relay at the same work.
const DUE: &str = "SELECT id, kind, tenant_id, attempt, created_at, reply_to, traceparent, entry_id FROM jobs
    WHERE state = 'pending' AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED";

const MARK: &str = "UPDATE jobs j SET state = 'published', published_at = now(), entry_id = p.entry_id
    FROM unnest($1::uuid[], $2::int[], $3::text[]) AS p (id, attempt, entry_id)
    WHERE j.id = p.id AND j.attempt = p.attempt AND j.state IN ('pending', 'published')";

impl Store {
    /// Notes that jobs were published. Jobs that have ended meanwhile stay ended.
    ///
    /// # Errors
    /// When the database fails; the relay then publishes them once more, which is harmless.
    pub async fn mark_published(&self, published: &[Published]) -> Result<(), Fault> {
        let client = self.client().await?;
        mark(&client, published).await
    }

    /// Publishes up to `limit` due jobs with `publish` and notes it, in one transaction whose locks keep other relays
    /// away. Returns how many they were.
    ///
    /// # Errors
    /// The database's, or whatever `publish` returns; the jobs then stay due.
    pub async fn relay<E, F>(&self, limit: u32, publish: impl FnOnce(Vec<DueJob>) -> F) -> Result<usize, E>
    where
        E: From<Fault>,
        F: Future<Output = Result<Vec<Published>, E>>,
    {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to relay", error))?;
        let rows = transaction
            .rows("reading due jobs", DUE, &[&i64::from(limit)])
            .await?;
        let rows = rows;
        if rows.is_empty() {
            return Ok(0);
        }
        let due = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        let published = publish(due).await?;
        mark(&transaction, &published).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing the relay", error))?;
        Ok(published.len())
    }

    /// Jobs that were published longer than `age` ago and have not ended: the sweeper asks Redis whether it still
    /// has them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished(&self, age: Duration, limit: u32) -> Result<Vec<DueJob>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE state = 'published'
            AND published_at <= now() - $1 * interval '1 millisecond' ORDER BY published_at LIMIT $2"
        );
        let client = self.client().await?;
        let rows = client
            .rows(
                "reading unfinished jobs",
                &sql,
                &[&millis(age), &i64::from(limit)],
            )
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// Makes jobs due again that Redis has lost; the relay publishes them. The attempt stays the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn republish(&self, lost: &[DueJob]) -> Result<u64, Fault> {
        let sql = "UPDATE jobs j SET state = 'pending', due_at = now()
            FROM unnest($1::uuid[], $2::text[]) AS l (id, entry_id)
            WHERE j.id = l.id AND j.state = 'published' AND j.entry_id IS NOT DISTINCT FROM l.entry_id";
        let ids: Vec<Uuid> = lost.iter().map(|job| job.id.as_uuid()).collect();
        let entries: Vec<Option<&str>> = lost.iter().map(|job| job.entry_id.as_deref()).collect();
        let client = self.client().await?;
        client.run("republishing jobs", sql, &[&ids, &entries]).await
    }

    /// Pushes back the look at jobs that Redis still has, so that a sweep moves on to others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seen_in_redis(&self, jobs: &[JobId]) -> Result<(), Fault> {
        let sql = "UPDATE jobs SET published_at = now() WHERE id = ANY($1) AND state = 'published'";
        let ids: Vec<Uuid> = jobs.iter().map(JobId::as_uuid).collect();
        let client = self.client().await?;
        client.run("noting jobs seen in Redis", sql, &[&ids]).await?;
        Ok(())
    }
}

async fn mark(client: &impl deadpool_postgres::GenericClient, published: &[Published]) -> Result<(), Fault> {
    if published.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = published.iter().map(|one| one.job.as_uuid()).collect();
    let attempts = published
        .iter()
        .map(|one| i32::try_from(one.attempt))
        .collect::<Result<Vec<_>, _>>();
    let attempts = attempts.map_err(|_| corrupt("counting attempts"))?;
    let entries: Vec<&str> = published.iter().map(|one| one.entry_id.as_str()).collect();
    client
        .run("noting published jobs", MARK, &[&ids, &attempts, &entries])
        .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<DueJob, Fault> {
    Ok(DueJob {
        id: JobId::from(row.get::<_, Uuid>("id")),
        kind: kind(row.get("kind"))?,
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        attempt: u32::try_from(row.get::<_, i32>("attempt")).map_err(|_| corrupt("reading an attempt"))?,
        created_at: row.get("created_at"),
        reply_to: row.get("reply_to"),
        traceparent: row.get("traceparent"),
        entry_id: row.get("entry_id"),
    })
}

pub(super) fn kind(text: &str) -> Result<Kind, Fault> {
    text.parse().map_err(|_| corrupt("reading a kind of job"))
}
