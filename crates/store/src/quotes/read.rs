//! Reading quotes.

use std::sync::LazyLock;

use loadsure_core::id::{QuoteId, TenantId};
use loadsure_core::ports::Fault;
use loadsure_core::quote::{Priced, Quote};
use rust_decimal::Decimal;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::price::stored_reasons;
use crate::fault::corrupt;
use crate::sql::Sql;
use crate::{Filter, Page, Store};

/// The status by the clock, not by when the sweep last ran (P8).
pub(crate) const EFFECTIVE_STATUS: &str =
    "CASE WHEN q.status = 'active' AND q.expires_at <= now() THEN 'expired' ELSE q.status END";

static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "q.id, q.tenant_id, {EFFECTIVE_STATUS} AS status, q.freight_id, q.po_number, q.fee_type, q.fee_value,
        q.product_name, q.description, q.coverage_amount, q.deductible, q.premium, q.service_fee, q.tax,
        q.currency, q.fee_amount, q.total_cost, q.expires_at, q.payment_method_type, q.terms_link,
        q.statement_of_fact, q.commodity_exclusions, q.reasons, q.error_code, q.created_at"
    )
});

static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM quotes q WHERE q.id = $1 AND q.tenant_id = $2",
        *COLUMNS
    )
});

/// The conditions of a list. `$9` is a cursor, `$8` the limit and one more.
static WHERE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "q.tenant_id = $1 AND ($2::text IS NULL OR {EFFECTIVE_STATUS} = $2)
        AND ($3::timestamptz IS NULL OR q.created_at >= $3) AND ($4::timestamptz IS NULL OR q.created_at < $4)
        AND ($5::text IS NULL OR q.freight_id = $5) AND ($6::text IS NULL OR q.po_number = $6)"
    )
});

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM quotes q WHERE {} AND ($9::uuid IS NULL OR q.id < $9) ORDER BY q.id DESC OFFSET $7 LIMIT $8",
        *COLUMNS, *WHERE
    )
});

static COUNT: LazyLock<String> = LazyLock::new(|| format!("SELECT count(*) FROM quotes q WHERE {}", *WHERE));

impl Store {
    /// A quote of a tenant; another tenant's is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn quote(&self, tenant: TenantId, id: QuoteId) -> Result<Option<Quote>, Fault> {
        let client = self.client().await?;
        let row = client
            .row("reading a quote", &BY_ID, &[&id.as_uuid(), &tenant.as_uuid()])
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// A page of a tenant's quotes, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn quotes(&self, filter: &Filter) -> Result<Page<Quote>, Fault> {
        let (rows, total) = self.page_rows(&LIST, &COUNT, filter).await?;
        let items = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, filter.limit, total, |quote| quote.id.as_uuid()))
    }
}

fn from_row(row: &Row) -> Result<Quote, Fault> {
    let status: &str = row.get("status");
    let code: Option<&str> = row.get("error_code");
    Ok(Quote {
        id: QuoteId::from(row.get::<_, Uuid>("id")),
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        status: status.parse().map_err(|_| corrupt("reading a quote's status"))?,
        freight_id: row.get("freight_id"),
        po_number: row.get("po_number"),
        priced: priced(row),
        fee: row.get::<_, Option<String>>("fee_type").zip(
            row.get::<_, Option<Decimal>>("fee_value")
                .map(|value| value.normalize()),
        ),
        reasons: stored_reasons(row.get("reasons"))?,
        failure: code.and_then(|code| code.parse().ok()),
        created_at: row.get("created_at"),
    })
}

fn priced(row: &Row) -> Option<Priced> {
    Some(Priced {
        premium: row.get::<_, Option<Decimal>>("premium")?,
        service_fee: row.get::<_, Option<Decimal>>("service_fee")?,
        tax: row.get::<_, Option<Decimal>>("tax")?,
        fee_amount: row.get::<_, Option<Decimal>>("fee_amount")?,
        total_cost: row.get::<_, Option<Decimal>>("total_cost")?,
        currency: row.get::<_, Option<String>>("currency")?,
        expires_at: row.get::<_, Option<OffsetDateTime>>("expires_at")?,
        name: row.get("product_name"),
        description: row.get("description"),
        coverage_amount: row.get("coverage_amount"),
        deductible: row.get("deductible"),
        payment_method_type: row.get("payment_method_type"),
        terms_and_conditions_link: row.get("terms_link"),
        statement_of_fact: row.get("statement_of_fact"),
        commodity_exclusions: row.get("commodity_exclusions"),
    })
}
