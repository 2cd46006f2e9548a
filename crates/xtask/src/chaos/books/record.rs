//! The service's own book: what PostgreSQL says.

use std::collections::BTreeMap;

use anyhow::Context as _;
use time::OffsetDateTime;
use tokio_postgres::{Client, NoTls};

/// The rows that matter, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Status of each quote.
    pub(crate) quotes: BTreeMap<String, String>,
    pub(crate) bookings: BTreeMap<String, Booking>,
    pub(crate) cancellations: Vec<Cancellation>,
    pub(crate) dead: Vec<DeadJob>,
}

/// A booking with the token of its quote and its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) status: String,
    pub(crate) token: String,
    pub(crate) certificate: Option<String>,
}

/// A cancellation with its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cancellation {
    pub(crate) status: String,
    pub(crate) certificate: String,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeadJob {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) code: String,
    pub(crate) accepted_at: OffsetDateTime,
    pub(crate) died_at: OffsetDateTime,
}

/// A connection that is not part of what is maltreated.
pub(super) async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("cannot connect to the database")?;
    // Ends with the client; what goes wrong shows in the query that fails.
    tokio::spawn(connection);
    Ok(client)
}

impl Record {
    pub(crate) async fn read(url: &str) -> anyhow::Result<Self> {
        let client = connect(url).await?;
        let mut record = Self::default();
        for row in client.query("SELECT id::text, status FROM quotes", &[]).await? {
            record.quotes.insert(row.try_get(0)?, row.try_get(1)?);
        }
        record.bookings = bookings(&client).await?;
        record.cancellations = cancellations(&client).await?;
        record.dead = dead(&client).await?;
        Ok(record)
    }
}

async fn bookings(client: &Client) -> anyhow::Result<BTreeMap<String, Booking>> {
    let rows = client
        .query(
            "SELECT b.id::text, b.status, coalesce(q.quote_token, ''), c.number
             FROM bookings b JOIN quotes q ON q.id = b.quote_id LEFT JOIN certificates c ON c.booking_id = b.id",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let booking = Booking {
                status: row.try_get(1)?,
                token: row.try_get(2)?,
                certificate: row.try_get(3)?,
            };
            Ok((row.try_get(0)?, booking))
        })
        .collect()
}

async fn cancellations(client: &Client) -> anyhow::Result<Vec<Cancellation>> {
    let rows = client
        .query(
            "SELECT n.status, c.number FROM cancellations n JOIN certificates c ON c.id = n.certificate_id",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Cancellation {
                status: row.try_get(0)?,
                certificate: row.try_get(1)?,
            })
        })
        .collect()
}

async fn dead(client: &Client) -> anyhow::Result<Vec<DeadJob>> {
    let rows = client
        .query(
            "SELECT id::text, kind, coalesce(error_code, ''), created_at, finished_at FROM jobs
             WHERE state = 'dead' ORDER BY finished_at",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(DeadJob {
                id: row.try_get(0)?,
                kind: row.try_get(1)?,
                code: row.try_get(2)?,
                accepted_at: row.try_get(3)?,
                died_at: row.try_get(4)?,
            })
        })
        .collect()
}
