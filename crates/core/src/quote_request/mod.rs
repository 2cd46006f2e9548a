//! A request for a quote, in the two forms that callers use, parsed into one type.
//!
//! Nothing that the caller did not give is sent to the insurer, except the derivations of the flat form that
//! the module `flat` documents: an insurance application with a made-up fact is a misrepresentation (P5).

pub(crate) mod extras;
mod flat;
mod full;

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};

pub use extras::{CustomValue, read_callback};

use crate::date::Date;
use crate::fee::Fee;
use crate::id::QuoteId;
use crate::invalid::{FieldError, Problems};
use crate::json::Node;
use crate::money::Money;
use crate::party::{Party, User};
use crate::reference::{Known, ReferenceIds};
use crate::shipment::Shipment;
use crate::text::{Email, Short};

/// What a request is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Today in UTC, for the rule on pickup dates; `None` reads a request that was accepted before.
    pub today: Option<Date>,
    /// The insurer's ids, as far as they are loaded.
    pub known: Known<'a>,
    /// The id that the quote will have, from which the flat form derives a missing `freightId`.
    pub quote_id: QuoteId,
}

impl<'a> Context<'a> {
    /// The context of a new request.
    #[must_use]
    pub const fn new(today: time::Date, ids: &'a ReferenceIds, quote_id: QuoteId) -> Self {
        Self {
            today: Some(Date::new(today)),
            known: Known::ids(ids),
            quote_id,
        }
    }
}

/// A complete, checked application for a quote.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteRequest {
    /// Who asks.
    pub user: User,
    /// Whose goods are covered.
    pub assured: Party,
    /// The load.
    pub shipment: Shipment,
    /// The caller's own fee; never sent to the insurer.
    pub fee: Option<Fee>,
    /// Whether the insurer should refuse partial data.
    pub strict_checking: Option<bool>,
    /// The insurer's account id.
    pub account_id: Option<Short>,
    /// The caller's own data, passed on.
    pub custom_fields: Vec<(String, CustomValue)>,
    /// Further users who may act on the certificate.
    pub additional_authorized_users: Vec<Email>,
    /// Limit of cover when it differs from the cargo value.
    pub coverage_limit: Option<Money>,
    /// Where the caller wants to hear of the result.
    pub callback_url: Option<url::Url>,
    /// The caller's notes: kept with the request, not sent on.
    pub request_metadata: Option<Map<String, Value>>,
}

impl QuoteRequest {
    /// Parses either form: the full one has a `shipment`, the flat one has not.
    ///
    /// # Errors
    /// Every field that is wrong, each with its path in the form that was used.
    pub fn parse(body: &Value, context: &Context<'_>) -> Result<Self, Vec<FieldError>> {
        if body.get("shipment").is_some() {
            Self::parse_full(body, context)
        } else {
            Self::parse_flat(body, context)
        }
    }

    /// Parses the full form.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse_full(body: &Value, context: &Context<'_>) -> Result<Self, Vec<FieldError>> {
        let mut problems = Problems::default();
        let request = full::read(&Node::root(body), context, &mut problems);
        finish(request, problems)
    }

    /// Parses the flat form.
    ///
    /// # Errors
    /// Every field that is wrong, under its name in the flat form.
    pub fn parse_flat(body: &Value, context: &Context<'_>) -> Result<Self, Vec<FieldError>> {
        let mut problems = Problems::default();
        let Some(lifted) = flat::lift(&Node::root(body), context.quote_id, &mut problems) else {
            return finish(None, problems);
        };
        let mut inner = Problems::default();
        let request = full::read(&Node::root(&lifted.body), context, &mut inner);
        problems.take_over(inner, |path| lifted.names.flat_path(path));
        finish(request, problems)
    }

    /// The request in the full form, as it is stored; [`QuoteRequest::parse_full`] reads it back.
    #[must_use]
    pub fn to_stored(&self) -> Value {
        full::write(self)
    }

    /// Reads a stored request back, without the rules that depend on the day it was made.
    ///
    /// # Errors
    /// When what was stored is not a full form.
    pub fn from_stored(stored: &Value) -> Result<Self, Vec<FieldError>> {
        let context = Context {
            today: None,
            known: Known::nothing(),
            quote_id: QuoteId::from(uuid::Uuid::nil()),
        };
        Self::parse_full(stored, &context)
    }
}

fn finish(request: Option<QuoteRequest>, problems: Problems) -> Result<QuoteRequest, Vec<FieldError>> {
    match request {
        Some(request) if problems.is_empty() => Ok(request),
        _ => Err(problems.into_errors()),
    }
}

/// The two fields that carry a fee.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct FeeFields {
    integration_fee_type: &'static str,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    integration_fee_value: Decimal,
}

impl From<Fee> for FeeFields {
    fn from(fee: Fee) -> Self {
        Self {
            integration_fee_type: fee.kind().as_str(),
            integration_fee_value: fee.value(),
        }
    }
}
