//! What the insurer might say.

use std::time::Duration;

use loadsure_core::booking;
use loadsure_core::certificate::{Cancelled, Facts, Status};
use loadsure_core::fee::{Fee, FeeKind, Price};
use loadsure_core::insurer::{Offer, QuoteToken};
use loadsure_core::money::{Amount, Currency};
use loadsure_core::quote::{Conclusion, Total};
use rust_decimal::Decimal;

fn amount(cents: i64) -> Amount {
    Amount::exact(Decimal::new(cents, 2)).unwrap()
}

/// An offer that is good for an hour.
fn offer(token: &str) -> Offer {
    Offer {
        token: QuoteToken::new(token.to_owned()),
        expires_in: Duration::from_secs(3600),
        payment_method_type: Some("INVOICE".to_owned()),
        product_id: Some("p-1".to_owned()),
        product_name: Some("Cargo".to_owned()),
        description: None,
        limit: Some(amount(5_000_000)),
        deductible: Some(amount(50_000)),
        price: Price {
            premium: amount(5_000),
            service_fee: amount(125),
            tax: amount(75),
            currency: Currency::USD,
        },
        terms_and_conditions_link: None,
        statement_of_fact: None,
        commodity_exclusions: vec!["Glass".to_owned()],
    }
}

/// The end of pricing, with a fee of ten percent.
pub(crate) fn priced(token: &str) -> Conclusion {
    let offer = offer(token);
    let fee = Fee::new(FeeKind::Percentage, Decimal::new(1, 1)).unwrap();
    Conclusion::Priced {
        total: Total::of(offer.price, Some(&fee)).unwrap(),
        offer: Box::new(offer),
        elapsed: time::Duration::ZERO,
    }
}

pub(crate) fn facts(number: &str) -> Facts {
    Facts {
        number: number.parse().unwrap(),
        status: Status::Active,
        product_id: None,
        product_name: None,
        limit: None,
        deductible: None,
        premium: Some(Decimal::new(5_000, 2)),
        service_fee: None,
        tax: None,
        currency: None,
        certificate_link: Some("https://example.com/c.pdf".to_owned()),
        file_claim_link: None,
        valid_from: None,
        valid_to: None,
        cancellation: Cancelled::default(),
    }
}

pub(crate) fn bought(number: &str) -> booking::Conclusion {
    booking::Conclusion::Bought(Box::new(facts(number)))
}
