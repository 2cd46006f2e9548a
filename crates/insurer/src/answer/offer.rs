//! The answer to a request for a quote.

use std::time::Duration;

use loadsure_core::fee::Price;
use loadsure_core::insurer::{Offer, QuoteToken};
use loadsure_core::money::Amount;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::fields::{Fields, text_of};
use crate::flaw::Flaw;

/// No offer is taken to be good for longer, whatever the insurer says: a pickup lies 30 days ahead at most.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// Reads an offer. Token, life, premium and currency must be there; a service fee or tax that is not named is zero.
pub(crate) fn offer(answer: &Value) -> Result<Offer, Flaw> {
    let fields = Fields::of(answer)?;
    let product = fields.object("insuranceProduct")?;
    Ok(Offer {
        token: QuoteToken::new(fields.exact("quoteToken")?.to_owned()),
        expires_in: life(fields)?,
        payment_method_type: fields.text("paymentMethodType"),
        product_id: product.text("id"),
        product_name: product.text("name"),
        description: product.text("description"),
        limit: product.amount("limit")?,
        deductible: product.amount("deductible")?,
        price: price(product)?,
        terms_and_conditions_link: product.text("termsAndConditionsLink"),
        statement_of_fact: product.text("statementOfFact"),
        commodity_exclusions: exclusions(product),
    })
}

/// Seconds; a fraction of one is dropped, so that an offer is never taken to be good for longer than it is.
fn life(fields: Fields<'_>) -> Result<Duration, Flaw> {
    let seconds = fields.number("expiresIn")?;
    if seconds < Decimal::ZERO {
        return Err(Flaw::Unusable("expiresIn"));
    }
    let life = seconds.trunc().to_u64().map_or(LONGEST, Duration::from_secs);
    Ok(life.min(LONGEST))
}

fn price(product: Fields<'_>) -> Result<Price, Flaw> {
    let currency = product.exact("currency")?;
    Ok(Price {
        premium: product.amount("premium")?.ok_or(Flaw::Lacks("premium"))?,
        service_fee: product.amount("serviceFee")?.unwrap_or(Amount::ZERO),
        tax: product.amount("tax")?.unwrap_or(Amount::ZERO),
        currency: currency.parse().map_err(|_| Flaw::Unusable("currency"))?,
    })
}

/// Ids or texts; an object is known by its name or id.
fn exclusions(product: Fields<'_>) -> Vec<String> {
    let list = product.get("commodityExclusions").and_then(Value::as_array);
    let named = |item: &Value| {
        text_of(item).or_else(|| Fields::of(item).ok()?.text_under(&["name", "id", "description"]))
    };
    list.into_iter().flatten().filter_map(named).collect()
}
