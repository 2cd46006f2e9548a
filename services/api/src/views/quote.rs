//! Quotes.

use loadsure_core::id::QuoteId;
use loadsure_core::quote::{Quote, Status};
use loadsure_core::quote_request::QuoteRequest;
use rust_decimal::Decimal;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;
use super::page::Pagination;
use crate::problem::ErrorItem;

/// A quote. The price is there once `status` is no longer `requested`.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuoteView {
    /// Id of the quote.
    quote_id: Uuid,
    /// `requested`, `active`, `declined`, `failed`, `expired` or `booked`.
    status: &'static str,
    /// Name of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Description of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Limit of cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage_amount: Option<Money>,
    /// What the assured bears.
    #[serde(skip_serializing_if = "Option::is_none")]
    deductible: Option<Money>,
    /// The insurer's premium.
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<Money>,
    /// The insurer's service fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_fee: Option<Money>,
    /// Tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<Money>,
    /// ISO 4217 code of all amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// `percentage` or `fixed`: the caller's own fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_fee_type: Option<String>,
    /// A fraction of the premium, or an amount.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "rust_decimal::serde::arbitrary_precision_option::serialize"
    )]
    #[schema(value_type = Option<f64>)]
    integration_fee_value: Option<Decimal>,
    /// What the fee amounts to.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_fee_amount: Option<Money>,
    /// Premium + service fee + tax + the caller's fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_cost: Option<Money>,
    /// When the price ends.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    expires_at: Option<OffsetDateTime>,
    /// How the insurer is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method_type: Option<String>,
    /// Link to the terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_and_conditions_link: Option<String>,
    /// Statement of fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_of_fact: Option<String>,
    /// Commodities that are not covered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commodity_exclusions: Vec<String>,
    /// The caller's load number.
    freight_id: String,
    /// The caller's order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    po_number: Option<String>,
    /// Why it failed, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    /// The insurer's reasons when it declined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ErrorItem>,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(value_type = OffsetDateTime)]
    created_at: Option<OffsetDateTime>,
}

impl QuoteView {
    /// A quote that was accepted a moment ago.
    pub(crate) fn pending(id: QuoteId, request: &QuoteRequest, created_at: OffsetDateTime) -> Self {
        let po_number = request.shipment.po_number.as_ref();
        Self {
            quote_id: id.as_uuid(),
            status: Status::Requested.name(),
            freight_id: request.shipment.freight_id.expose().to_owned(),
            po_number: po_number.map(|number| number.expose().to_owned()),
            integration_fee_type: request.fee.map(|fee| fee.kind().as_str().to_owned()),
            integration_fee_value: request.fee.map(|fee| fee.value()),
            created_at: Some(created_at),
            ..Self::default()
        }
    }
}

impl From<Quote> for QuoteView {
    fn from(quote: Quote) -> Self {
        let (fee_type, fee_value) = quote.fee.unzip();
        let known = Self {
            quote_id: quote.id.as_uuid(),
            status: quote.status.name(),
            freight_id: quote.freight_id,
            po_number: quote.po_number,
            integration_fee_type: fee_type,
            integration_fee_value: fee_value,
            error_code: quote.failure.map(loadsure_core::error_code::ErrorCode::as_str),
            reasons: quote.reasons.into_iter().map(ErrorItem::from).collect(),
            created_at: Some(quote.created_at),
            ..Self::default()
        };
        let Some(priced) = quote.priced else {
            return known;
        };
        Self {
            name: priced.name,
            description: priced.description,
            coverage_amount: priced.coverage_amount.map(Money),
            deductible: priced.deductible.map(Money),
            premium: Some(Money(priced.premium)),
            service_fee: Some(Money(priced.service_fee)),
            tax: Some(Money(priced.tax)),
            currency: Some(priced.currency),
            integration_fee_amount: Some(Money(priced.fee_amount)),
            total_cost: Some(Money(priced.total_cost)),
            expires_at: Some(priced.expires_at),
            payment_method_type: priced.payment_method_type,
            terms_and_conditions_link: priced.terms_and_conditions_link,
            statement_of_fact: priced.statement_of_fact,
            commodity_exclusions: priced.commodity_exclusions,
            ..known
        }
    }
}

/// Body of one quote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteBody {
    /// `success`.
    status: &'static str,
    quote: QuoteView,
}

impl QuoteBody {
    pub(crate) const fn new(quote: QuoteView) -> Self {
        Self {
            status: "success",
            quote,
        }
    }
}

/// Body of a page of quotes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuotesBody {
    /// `success`.
    status: &'static str,
    quotes: Vec<QuoteView>,
    pagination: Pagination,
}

impl QuotesBody {
    pub(crate) const fn new(quotes: Vec<QuoteView>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            quotes,
            pagination,
        }
    }
}
