//! Purchases whose outcome is unknown, for the people who settle them. Across tenants, and without personal data.

use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::id::{BookingId, JobId, QuoteId, TenantId};
use loadsure_core::ports::Fault;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::corrupt;
use crate::sql::Sql;
use crate::{Cursor, Page, Store};

/// A purchase as those see it who settle it: what they need to find it in the insurer's books.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The booking.
    pub booking: BookingId,
    /// Where it stands.
    pub status: Status,
    /// Its owner.
    pub tenant: TenantId,
    /// What its owner is called.
    pub tenant_name: String,
    /// What it buys.
    pub quote: QuoteId,
    /// The load, as the insurer knows it.
    pub freight_id: String,
    /// The caller's order number.
    pub po_number: Option<String>,
    /// Limit of cover.
    pub coverage_amount: Option<Decimal>,
    /// Premium.
    pub premium: Option<Decimal>,
    /// Currency of both.
    pub currency: Option<String>,
    /// When the quote expired or will; it can only be booked again until then.
    pub quote_expires_at: Option<OffsetDateTime>,
    /// How many attempts were made.
    pub attempts: u32,
    /// When the last one began.
    pub last_attempt_at: OffsetDateTime,
    /// How long ago that is, by the database's clock.
    pub age: Duration,
    /// What was seen last.
    pub detail: Option<String>,
    /// The certificate, if there is one.
    pub certificate: Option<String>,
}

/// One entry of the journal of purchases.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// The attempt, from 1.
    pub number: u32,
    /// The job that made it.
    pub job: JobId,
    /// When it was journalled, before anything was sent.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// How: `bought`, `declined`, `postponed`, `lost_sight`, `given_up`.
    pub outcome: Option<String>,
    /// What was seen.
    pub detail: Option<String>,
}

const COLUMNS: &str =
    "b.id, b.status, b.tenant_id, t.name AS tenant_name, b.quote_id, q.freight_id, q.po_number,
    q.coverage_amount, q.premium, q.currency, q.expires_at, b.attempts, a.detail, c.number AS certificate,
    coalesce(a.started_at, b.updated_at) AS last_attempt_at,
    (extract(epoch FROM now() - coalesce(a.started_at, b.updated_at)) * 1000)::bigint AS age_ms";

const TABLES: &str = "bookings b JOIN tenants t ON t.id = b.tenant_id JOIN quotes q ON q.id = b.quote_id
    LEFT JOIN booking_attempts a ON a.booking_id = b.id AND a.number = b.attempts
    LEFT JOIN certificates c ON c.booking_id = b.id";

const JOURNAL: &str = "SELECT number, job_id, started_at, ended_at, outcome, detail FROM booking_attempts
    WHERE booking_id = $1 ORDER BY number";

impl Store {
    /// Purchases whose outcome is unknown, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsettled(&self, limit: u32, after: Option<Cursor>) -> Result<Page<Purchase>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE b.status = 'outcome_unknown' AND ($1::uuid IS NULL OR b.id > $1)
            ORDER BY b.id LIMIT $2"
        );
        let after = after.map(|Cursor(id)| id);
        let client = self.client().await?;
        let rows = client
            .rows(
                "listing unsettled purchases",
                &sql,
                &[&after, &(i64::from(limit) + 1)],
            )
            .await?;
        let items = rows.iter().map(purchase).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, None, |item| item.booking.as_uuid()))
    }

    /// How many purchases have an unknown outcome.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsettled_count(&self) -> Result<u64, Fault> {
        let sql = "SELECT count(*) FROM bookings WHERE status = 'outcome_unknown'";
        let client = self.client().await?;
        let row = client.row("counting unsettled purchases", sql, &[]).await?;
        let count: i64 = row.ok_or(corrupt("counting unsettled purchases"))?.get(0);
        u64::try_from(count).map_err(|_| corrupt("counting unsettled purchases"))
    }

    /// Any tenant's purchase, whatever its state, with its journal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchase(&self, id: BookingId) -> Result<Option<(Purchase, Vec<JournalEntry>)>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE b.id = $1");
        let client = self.client().await?;
        let row = client.row("reading a purchase", &sql, &[&id.as_uuid()]).await?;
        let Some(row) = row else { return Ok(None) };
        let entries = client
            .rows("reading the journal of a purchase", JOURNAL, &[&id.as_uuid()])
            .await?;
        let journal = entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        Ok(Some((purchase(&row)?, journal)))
    }
}

fn purchase(row: &Row) -> Result<Purchase, Fault> {
    let status: &str = row.get("status");
    let age: i64 = row.get("age_ms");
    Ok(Purchase {
        booking: BookingId::from(row.get::<_, Uuid>("id")),
        status: status
            .parse()
            .map_err(|_| corrupt("reading a booking's status"))?,
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        tenant_name: row.get("tenant_name"),
        quote: QuoteId::from(row.get::<_, Uuid>("quote_id")),
        freight_id: row.get("freight_id"),
        po_number: row.get("po_number"),
        coverage_amount: row.get("coverage_amount"),
        premium: row.get("premium"),
        currency: row.get("currency"),
        quote_expires_at: row.get("expires_at"),
        attempts: count(row.get("attempts"))?,
        last_attempt_at: row.get("last_attempt_at"),
        age: Duration::from_millis(u64::try_from(age).unwrap_or_default()),
        detail: row.get("detail"),
        certificate: row.get("certificate"),
    })
}

fn entry(row: &Row) -> Result<JournalEntry, Fault> {
    Ok(JournalEntry {
        number: count(row.get("number"))?,
        job: JobId::from(row.get::<_, Uuid>("job_id")),
        started_at: row.get("started_at"),
        ended_at: row.get("ended_at"),
        outcome: row.get("outcome"),
        detail: row.get("detail"),
    })
}

fn count(number: i32) -> Result<u32, Fault> {
    u32::try_from(number).map_err(|_| corrupt("counting attempts"))
}
