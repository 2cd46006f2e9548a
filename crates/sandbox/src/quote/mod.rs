//! `POST /api/insureLoad/quote` (`loadsure-api.md`, section 3).

mod cargo;
mod carriers;
mod party;
mod request;
mod stops;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::app::App;
use crate::clock::millis;
use crate::ledger::QuoteEntry;
use crate::reply::{Problem, Reply};
use crate::token::{self, Claims};

pub(crate) const PRODUCT_ID: &str = "sandbox-all-risk";
pub(crate) const PRODUCT_NAME: &str = "All-Risk Shipment Cover";
const DESCRIPTION: &str = "All risks of physical loss or damage to the cargo from pickup to delivery. \
    Issued by a sandbox: there is no cover.";
const STATEMENT_OF_FACT: &str = "The facts given by the applicant are true and complete.";

/// Prices a shipment.
pub(crate) fn quote(app: &App, body: &Value, origin: &str) -> Reply {
    let now = OffsetDateTime::now_utc();
    let request = match request::read(body, &app.reference, now.date()) {
        Ok(request) => request,
        Err(problems) => return Reply::invalid(&problems),
    };
    let settings = app.settings();
    if request.value > settings.max_insured_value {
        return Reply::invalid(&[declined(settings.max_insured_value)]);
    }
    let claims = Claims {
        iss: "loadsure-sandbox".to_owned(),
        jti: Uuid::now_v7(),
        sub: request.user_id,
        expires_ms: millis(now) + i64::from(settings.expires_in) * 1000,
        product: PRODUCT_ID.to_owned(),
        price: app.tariff.price(&request.cover),
    };
    let Ok(quote_token) = token::mint(&claims, &app.signer) else {
        return Reply::broken("the token could not be written");
    };
    app.ledger.quoted(QuoteEntry::new(&claims, now));
    Reply::ok(&json!({
        "quoteToken": quote_token,
        "expiresIn": settings.expires_in,
        "paymentMethodType": "INVOICE",
        "insuranceProduct": product(&claims, app, origin),
    }))
}

fn product(claims: &Claims, app: &App, origin: &str) -> Value {
    let mut product = Map::from_iter(
        claims
            .price
            .fields()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    product.extend([
        ("id".to_owned(), json!(PRODUCT_ID)),
        ("name".to_owned(), json!(PRODUCT_NAME)),
        ("description".to_owned(), json!(DESCRIPTION)),
        (
            "termsAndConditionsLink".to_owned(),
            json!(crate::documents::terms_link(origin)),
        ),
        ("statementOfFact".to_owned(), json!(STATEMENT_OF_FACT)),
        (
            "commodityExclusions".to_owned(),
            json!(app.reference.commodity_exclusions),
        ),
    ]);
    Value::Object(product)
}

fn declined(maximum: Decimal) -> Problem {
    let message = format!(
        "This shipment is outside of our underwriting appetite: cargo value above {maximum} needs a referral"
    );
    Problem::at(
        "UNDERWRITING_DECLINED",
        "shipment.cargo.cargoValue.value",
        message,
    )
}
