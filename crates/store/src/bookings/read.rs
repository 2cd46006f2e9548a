//! Reading bookings, each with its certificate.

use std::sync::LazyLock;

use loadsure_core::booking::Booking;
use loadsure_core::id::{BookingId, QuoteId, TenantId};
use loadsure_core::ports::Fault;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::certificates::{COLUMNS as CERTIFICATE, certificate_of};
use crate::fault::corrupt;
use crate::sql::Sql;
use crate::{Filter, Page, Store};

static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT b.id AS booking_id, b.tenant_id AS booking_tenant, b.quote_id, b.status AS booking_status, b.reasons,
            b.error_code, b.created_at AS booking_created_at, b.updated_at, {CERTIFICATE}
        FROM bookings b JOIN quotes q ON q.id = b.quote_id LEFT JOIN certificates c ON c.booking_id = b.id"
    )
});

static BY_ID: LazyLock<String> =
    LazyLock::new(|| format!("{} WHERE b.id = $1 AND b.tenant_id = $2", *SELECT));

const WHERE: &str = "b.tenant_id = $1 AND ($2::text IS NULL OR b.status = $2)
    AND ($3::timestamptz IS NULL OR b.created_at >= $3) AND ($4::timestamptz IS NULL OR b.created_at < $4)
    AND ($5::text IS NULL OR q.freight_id = $5) AND ($6::text IS NULL OR q.po_number = $6)";

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} WHERE {WHERE} AND ($9::uuid IS NULL OR b.id < $9) ORDER BY b.id DESC OFFSET $7 LIMIT $8",
        *SELECT
    )
});

static COUNT: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT count(*) FROM bookings b JOIN quotes q ON q.id = b.quote_id WHERE {WHERE}")
});

impl Store {
    /// A booking of a tenant; another tenant's is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn booking(&self, tenant: TenantId, id: BookingId) -> Result<Option<Booking>, Fault> {
        let client = self.client().await?;
        let row = client
            .row("reading a booking", &BY_ID, &[&id.as_uuid(), &tenant.as_uuid()])
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// A page of a tenant's bookings, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bookings(&self, filter: &Filter) -> Result<Page<Booking>, Fault> {
        let (rows, total) = self.page_rows(&LIST, &COUNT, filter).await?;
        let items = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, filter.limit, total, |booking| {
            booking.id.as_uuid()
        }))
    }
}

fn from_row(row: &Row) -> Result<Booking, Fault> {
    let status: &str = row.get("booking_status");
    let reasons: Value = row.get("reasons");
    Ok(Booking {
        id: BookingId::from(row.get::<_, Uuid>("booking_id")),
        tenant: TenantId::from(row.get::<_, Uuid>("booking_tenant")),
        quote: QuoteId::from(row.get::<_, Uuid>("quote_id")),
        status: status
            .parse()
            .map_err(|_| corrupt("reading a booking's status"))?,
        reasons: serde_json::from_value(reasons).map_err(|_| corrupt("reading reasons"))?,
        failure: row
            .get::<_, Option<&str>>("error_code")
            .and_then(|code| code.parse().ok()),
        certificate: certificate_of(row)?,
        created_at: row.get("booking_created_at"),
        updated_at: row.get("updated_at"),
    })
}
