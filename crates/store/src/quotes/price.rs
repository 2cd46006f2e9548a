//! What pricing reads and writes.

use loadsure_core::fee::{Fee, FeeKind};
use loadsure_core::id::QuoteId;
use loadsure_core::insurer::Offer;
use loadsure_core::job::Ticket;
use loadsure_core::money::Amount;
use loadsure_core::ports::{Fault, PricingWork, Quotes};
use loadsure_core::quote::{Conclusion, Event, Status, Total};
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::state::State;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Store;
use crate::fault::corrupt;
use crate::jobs::{attempt, millis};
use crate::sql::{Parameters, Sql};

const WORK: &str = "SELECT q.id, q.request, q.fee_type, q.fee_value
    FROM jobs j JOIN quotes q ON q.id = j.subject_id
    WHERE j.id = $1 AND j.attempt = $2 AND j.state IN ('pending', 'published') AND q.status = 'requested'";

const PRICED: &str = "WITH ended AS (
        UPDATE jobs SET state = 'done', finished_at = now() WHERE id = $1 AND state IN ('pending', 'published'))
    UPDATE quotes SET status = $4, quote_token = $5, product_id = $6, product_name = $7, description = $8,
        coverage_amount = $9, deductible = $10, premium = $11, service_fee = $12, tax = $13, currency = $14,
        fee_amount = $15, total_cost = $16, expires_at = now() + $17 * interval '1 millisecond',
        payment_method_type = $18, terms_link = $19, statement_of_fact = $20, commodity_exclusions = $21,
        updated_at = now()
    WHERE id = $2 AND status = ANY($3)";

const ENDED: &str = "WITH ended AS (
        UPDATE jobs SET state = CASE WHEN $6::text IS NULL THEN 'done' ELSE 'dead' END, finished_at = now(),
            error_code = $6
        WHERE id = $1 AND state IN ('pending', 'published'))
    UPDATE quotes SET status = $4, reasons = $5, error_code = $6, updated_at = now()
    WHERE id = $2 AND status = ANY($3)";

impl Quotes for Store {
    async fn pricing_work(&self, ticket: Ticket) -> Result<Option<PricingWork>, Fault> {
        let client = self.client().await?;
        let row = client
            .row(
                "reading a quote to price",
                WORK,
                &[&ticket.job.as_uuid(), &attempt(ticket)?],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let request = QuoteRequest::from_stored(&row.get::<_, Value>("request"))
            .map_err(|_| corrupt("reading a request"))?;
        let fee = stored_fee(row.get("fee_type"), row.get("fee_value"))?;
        Ok(Some(PricingWork {
            quote: QuoteId::from(row.get::<_, Uuid>("id")),
            request,
            fee,
        }))
    }

    async fn conclude_pricing(
        &self,
        ticket: Ticket,
        quote: QuoteId,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        match conclusion {
            Conclusion::Priced {
                offer,
                total,
                elapsed,
            } => priced(self, ticket, quote, offer, total, *elapsed).await,
            Conclusion::Declined(reasons) => {
                ended(self, ticket, quote, conclusion, json!(reasons), None).await
            }
            Conclusion::Failed(code) => {
                ended(self, ticket, quote, conclusion, json!([]), Some(code.as_str())).await
            }
        }
    }
}

async fn priced(
    store: &Store,
    ticket: Ticket,
    quote: QuoteId,
    offer: &Offer,
    total: &Total,
    elapsed: time::Duration,
) -> Result<(), Fault> {
    let decimal = |amount: Amount| amount.as_decimal();
    // The insurer's clock started when it made the offer, some time after we asked: counting from when we asked
    // errs on the safe side.
    let good_for = offer.expires_in.saturating_sub(elapsed.unsigned_abs());
    let parameters: Parameters<'_> = &[
        &ticket.job.as_uuid(),
        &quote.as_uuid(),
        &Status::sources(Event::Priced),
        &Status::Active.as_str(),
        &offer.token.expose(),
        &offer.product_id,
        &offer.product_name,
        &offer.description,
        &offer.limit.map(decimal),
        &offer.deductible.map(decimal),
        &decimal(total.price.premium),
        &decimal(total.price.service_fee),
        &decimal(total.price.tax),
        &total.price.currency.code(),
        &decimal(total.fee_amount),
        &decimal(total.total_cost),
        &millis(good_for),
        &offer.payment_method_type,
        &offer.terms_and_conditions_link,
        &offer.statement_of_fact,
        &offer.commodity_exclusions,
    ];
    store
        .client()
        .await?
        .run("recording a price", PRICED, parameters)
        .await?;
    Ok(())
}

async fn ended(
    store: &Store,
    ticket: Ticket,
    quote: QuoteId,
    conclusion: &Conclusion,
    reasons: Value,
    code: Option<&str>,
) -> Result<(), Fault> {
    let from = Status::sources(conclusion.event());
    let to = Status::Requested
        .transition(conclusion.event())
        .map_err(|_| corrupt("concluding a quote"))?;
    let parameters: Parameters<'_> = &[
        &ticket.job.as_uuid(),
        &quote.as_uuid(),
        &from,
        &to.as_str(),
        &reasons,
        &code,
    ];
    store
        .client()
        .await?
        .run("concluding a quote", ENDED, parameters)
        .await?;
    Ok(())
}

fn stored_fee(kind: Option<&str>, value: Option<Decimal>) -> Result<Option<Fee>, Fault> {
    let Some((kind, value)) = kind.zip(value) else {
        return Ok(None);
    };
    let kind: FeeKind = kind.parse().map_err(|_| corrupt("reading a fee"))?;
    Fee::new(kind, value)
        .map(Some)
        .map_err(|_| corrupt("reading a fee"))
}

/// JSON of reasons as read back.
pub(crate) fn stored_reasons(value: Value) -> Result<Vec<loadsure_core::insurer::Reason>, Fault> {
    serde_json::from_value(value).map_err(|_| corrupt("reading reasons"))
}
