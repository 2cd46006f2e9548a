//! The insurer's reference data, each list with its own timestamp.

use std::time::Duration;

use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, Lease, SupportData};
use loadsure_core::support_data::Kind;
use serde_json::Value;
use time::OffsetDateTime;

use crate::Store;
use crate::fault::corrupt;
use crate::jobs::{attempt, millis};
use crate::sql::{Parameters, Sql};

const LEASE: &str = "support-data";

/// One list and when the insurer gave it.
#[derive(Debug, Clone)]
pub struct List {
    /// The items.
    pub items: Vec<Value>,
    /// When it was refreshed.
    pub refreshed_at: OffsetDateTime,
}

/// How a list stands.
#[derive(Debug, Clone)]
pub struct KindStatus {
    /// Which list.
    pub kind: Kind,
    /// How many items it has; `None` when it was never loaded.
    pub count: Option<i64>,
    /// When it was refreshed.
    pub refreshed_at: Option<OffsetDateTime>,
    /// When a refresh was last tried.
    pub attempted_at: Option<OffsetDateTime>,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl Store {
    /// A list, or `None` when it was never loaded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn support_list(&self, kind: Kind) -> Result<Option<List>, Fault> {
        let sql = "SELECT items, refreshed_at FROM support_data WHERE kind = $1";
        let client = self.client().await?;
        let row = client
            .row("reading reference data", sql, &[&kind.as_str()])
            .await?;
        let Some(row) = row else { return Ok(None) };
        match row.get("items") {
            Value::Array(items) => Ok(Some(List {
                items,
                refreshed_at: row.get("refreshed_at"),
            })),
            _ => Err(corrupt("reading reference data")),
        }
    }

    /// How all lists stand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn support_status(&self) -> Result<Vec<KindStatus>, Fault> {
        let sql = "SELECT k.kind, jsonb_array_length(d.items)::bigint AS count, d.refreshed_at, a.attempted_at, a.error
            FROM unnest($1::text[]) AS k (kind) LEFT JOIN support_data d ON d.kind = k.kind
            LEFT JOIN support_data_attempts a ON a.kind = k.kind";
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let client = self.client().await?;
        let rows = client
            .rows("reading the state of reference data", sql, &[&kinds])
            .await?;
        let read = |row: tokio_postgres::Row| {
            let kind: &str = row.get("kind");
            Ok(KindStatus {
                kind: kind
                    .parse()
                    .map_err(|_| corrupt("reading a kind of reference data"))?,
                count: row.get("count"),
                refreshed_at: row.get("refreshed_at"),
                attempted_at: row.get("attempted_at"),
                error: row.get("error"),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Whether a refresh is under way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_is_active(&self) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM leases WHERE name = $1 AND until > now()";
        let client = self.client().await?;
        Ok(client.row("reading the lease", sql, &[&LEASE]).await?.is_some())
    }
}

/// The holder is a job, so that the one whose worker died does not wait for its own lease.
const TAKE: &str = "INSERT INTO leases (name, term, until, holder, taken_at)
    VALUES ($1, 1, now() + $2 * interval '1 millisecond', 'job ' || $3::text, now())
    ON CONFLICT (name) DO UPDATE SET term = leases.term + 1, until = excluded.until, holder = excluded.holder,
        taken_at = excluded.taken_at
    WHERE leases.until <= now() OR leases.holder = excluded.holder
    RETURNING term";

/// Writes only while the term is the newest one and its time is not over: an old holder that wakes up late changes
/// nothing (P45). The lock keeps the term from changing under the write.
const SAVE: &str = "WITH held AS (
        SELECT 1 FROM leases WHERE name = $1 AND term = $2 AND until > now() FOR SHARE),
    tried AS (
        INSERT INTO support_data_attempts (kind, attempted_at, error) SELECT $3, now(), NULL FROM held
        ON CONFLICT (kind) DO UPDATE SET attempted_at = excluded.attempted_at, error = NULL)
    INSERT INTO support_data (kind, items, refreshed_at) SELECT $3, $4, now() FROM held
    ON CONFLICT (kind) DO UPDATE SET items = excluded.items, refreshed_at = excluded.refreshed_at";

const NOTE: &str = "INSERT INTO support_data_attempts (kind, attempted_at, error)
    SELECT $3, now(), $4 FROM leases WHERE name = $1 AND term = $2 AND until > now()
    ON CONFLICT (kind) DO UPDATE SET attempted_at = excluded.attempted_at, error = excluded.error";

impl SupportData for Store {
    async fn refresh_is_due(&self, ticket: Ticket) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM jobs WHERE id = $1 AND attempt = $2 AND state IN ('pending', 'published')";
        let (job, attempt) = (ticket.job.as_uuid(), attempt(ticket)?);
        let client = self.client().await?;
        Ok(client
            .row("reading a refresh", sql, &[&job, &attempt])
            .await?
            .is_some())
    }

    async fn lease(&self, ticket: Ticket, length: Duration) -> Result<Option<Lease>, Fault> {
        let parameters: Parameters<'_> = &[&LEASE, &millis(length), &ticket.job.to_string()];
        let client = self.client().await?;
        let row = client.row("taking the lease", TAKE, parameters).await?;
        Ok(row.map(|row| Lease { term: row.get(0) }))
    }

    async fn release(&self, lease: Lease) -> Result<(), Fault> {
        let sql = "UPDATE leases SET until = now() WHERE name = $1 AND term = $2";
        let client = self.client().await?;
        client
            .run("giving the lease back", sql, &[&LEASE, &lease.term])
            .await?;
        Ok(())
    }

    async fn save(&self, lease: Lease, kind: Kind, items: &[Value]) -> Result<bool, Fault> {
        let items = Value::Array(items.to_vec());
        let client = self.client().await?;
        let parameters: Parameters<'_> = &[&LEASE, &lease.term, &kind.as_str(), &items];
        Ok(client.run("saving reference data", SAVE, parameters).await? == 1)
    }

    async fn note_failure(&self, lease: Lease, kind: Kind, why: &str) -> Result<(), Fault> {
        let client = self.client().await?;
        client
            .run(
                "noting a failed refresh",
                NOTE,
                &[&LEASE, &lease.term, &kind.as_str(), &why],
            )
            .await?;
        Ok(())
    }
}
