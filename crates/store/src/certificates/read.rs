//! Reading certificates.

use std::sync::LazyLock;

use loadsure_core::certificate::{Cancelled, Certificate, Facts, Number, Status};
use loadsure_core::id::{BookingId, TenantId};
use loadsure_core::ports::Fault;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::corrupt;
use crate::sql::Sql;
use crate::{Filter, Page, Store};

/// The columns of a certificate, under names that do not meet those of a booking.
pub(crate) const COLUMNS: &str = "c.id AS certificate_id, c.tenant_id AS certificate_tenant,
    c.booking_id AS certificate_booking, c.number, c.status AS certificate_status, c.product_id, c.product_name,
    c.coverage_amount, c.deductible, c.premium, c.service_fee, c.tax, c.currency, c.certificate_link,
    c.file_claim_link, c.valid_from, c.valid_to, c.cancellation_reason, c.cancellation_info, c.canceled_by,
    c.canceled_date, c.refreshed_at";

static BY_NUMBER: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {COLUMNS} FROM certificates c WHERE c.number = $1 AND c.tenant_id = $2")
});

static BY_NUMBER_AND_USER: LazyLock<String> = LazyLock::new(|| format!("{} AND c.user_id = $3", *BY_NUMBER));

const FROM_WHERE: &str =
    "FROM certificates c JOIN bookings b ON b.id = c.booking_id JOIN quotes q ON q.id = b.quote_id
    WHERE c.tenant_id = $1 AND ($2::text IS NULL OR c.status = $2)
    AND ($3::timestamptz IS NULL OR c.created_at >= $3) AND ($4::timestamptz IS NULL OR c.created_at < $4)
    AND ($5::text IS NULL OR q.freight_id = $5) AND ($6::text IS NULL OR q.po_number = $6)";

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} {FROM_WHERE} AND ($9::uuid IS NULL OR c.id < $9) ORDER BY c.id DESC OFFSET $7 LIMIT $8"
    )
});

static COUNT: LazyLock<String> = LazyLock::new(|| format!("SELECT count(*) {FROM_WHERE}"));

impl Store {
    /// A certificate of a tenant; another tenant's is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn certificate(&self, tenant: TenantId, number: &Number) -> Result<Option<Certificate>, Fault> {
        let client = self.client().await?;
        let row = client
            .row(
                "reading a certificate",
                &BY_NUMBER,
                &[&number.as_str(), &tenant.as_uuid()],
            )
            .await?;
        row.map_or(Ok(None), |row| certificate_of(&row))
    }

    /// A certificate of a tenant, if its quote was asked for with this `user.id`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn certificate_of_user(
        &self,
        tenant: TenantId,
        number: &Number,
        user_id: &str,
    ) -> Result<Option<Certificate>, Fault> {
        let client = self.client().await?;
        let row = client
            .row(
                "looking a certificate up",
                &BY_NUMBER_AND_USER,
                &[&number.as_str(), &tenant.as_uuid(), &user_id],
            )
            .await?;
        row.map_or(Ok(None), |row| certificate_of(&row))
    }

    /// A page of a tenant's certificates, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn certificates(&self, filter: &Filter) -> Result<Page<Certificate>, Fault> {
        let (rows, total) = self.page_rows(&LIST, &COUNT, filter).await?;
        let read = |row: &Row| {
            let certificate = certificate_of(row)?.ok_or(corrupt("reading a certificate"))?;
            Ok((row.get::<_, Uuid>("certificate_id"), certificate))
        };
        let items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let page = Page::cut(items, filter.limit, total, |(id, _)| *id);
        Ok(Page {
            items: page.items.into_iter().map(|(_, item)| item).collect(),
            next: page.next,
            total: page.total,
        })
    }
}

/// The certificate of a row, if the row has one.
pub(crate) fn certificate_of(row: &Row) -> Result<Option<Certificate>, Fault> {
    let Some(number) = row.get::<_, Option<&str>>("number") else {
        return Ok(None);
    };
    let number: Number = number
        .parse()
        .map_err(|_| corrupt("reading a certificate's number"))?;
    Ok(Some(Certificate {
        tenant: TenantId::from(row.get::<_, Uuid>("certificate_tenant")),
        booking: BookingId::from(row.get::<_, Uuid>("certificate_booking")),
        refreshed_at: row.get("refreshed_at"),
        facts: Facts {
            number,
            status: Status::from_insurer(row.get("certificate_status")),
            product_id: row.get("product_id"),
            product_name: row.get("product_name"),
            limit: row.get("coverage_amount"),
            deductible: row.get("deductible"),
            premium: row.get("premium"),
            service_fee: row.get("service_fee"),
            tax: row.get("tax"),
            currency: row.get("currency"),
            certificate_link: row.get("certificate_link"),
            file_claim_link: row.get("file_claim_link"),
            valid_from: row.get("valid_from"),
            valid_to: row.get("valid_to"),
            cancellation: Cancelled {
                reason: row.get("cancellation_reason"),
                additional_info: row.get("cancellation_info"),
                by: row.get("canceled_by"),
                date: row.get("canceled_date"),
            },
        },
    }))
}
