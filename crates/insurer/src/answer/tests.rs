use std::time::Duration;

use loadsure_core::certificate::{Number, Status};
use loadsure_core::support_data::Kind;
use serde_json::{Value, json};

use super::*;

fn number() -> Number {
    "c-1".parse().unwrap()
}

fn quoted() -> Value {
    json!({
        "quoteToken": "eyJ.token", "expiresIn": 3600, "paymentMethodType": "INVOICE",
        "insuranceProduct": {"id": 7, "name": "Cargo", "premium": 60, "currency": "USD", "limit": 50000}
    })
}

/// `quoted` with one field changed, at the top or in the product.
fn quoted_with(field: &str, value: Value) -> Value {
    let mut answer = quoted();
    let product = answer["insuranceProduct"].as_object_mut().unwrap();
    if product.contains_key(field) || ["tax", "serviceFee", "commodityExclusions"].contains(&field) {
        product.insert(field.to_owned(), value);
    } else {
        answer[field] = value;
    }
    answer
}

#[test]
fn an_offer_is_read_with_what_is_needed() {
    let offer = offer(&quoted()).unwrap();
    assert_eq!(offer.token.expose(), "eyJ.token");
    assert_eq!(offer.expires_in, Duration::from_secs(3600));
    assert_eq!(offer.price.premium.to_string(), "60.00");
    assert!(offer.price.tax.is_zero() && offer.price.service_fee.is_zero());
    assert_eq!(offer.product_id.as_deref(), Some("7"));
    assert_eq!(offer.deductible, None);
}

#[test]
fn an_offer_without_what_is_needed_is_none() {
    for (field, value) in [
        ("quoteToken", json!(null)),
        ("quoteToken", json!("")),
        ("quoteToken", json!(5)),
        ("quoteToken", json!("a\u{0}b")),
        ("expiresIn", json!(null)),
        ("expiresIn", json!(-1)),
        ("expiresIn", json!("soon")),
        ("premium", json!(null)),
        ("premium", json!(-1)),
        ("premium", json!("free")),
        ("tax", json!(-1)),
        ("currency", json!("usd")),
        ("currency", json!(null)),
        ("insuranceProduct", json!(null)),
    ] {
        assert!(
            offer(&quoted_with(field, value.clone())).is_err(),
            "{field} {value}"
        );
    }
    assert!(offer(&json!([])).is_err());
}

/// P10: digits beyond the cent are rounded half up by decimal arithmetic, and numbers may come as text.
#[test]
fn amounts_are_rounded_to_the_cent() {
    for (given, read) in [
        (json!(12.345), "12.35"),
        (json!("12.345"), "12.35"),
        (json!(12.344_999), "12.34"),
        (json!(1e2), "100.00"),
        (json!(0.1), "0.10"),
    ] {
        let offer = offer(&quoted_with("premium", given.clone())).unwrap();
        assert_eq!(offer.price.premium.to_string(), read, "{given}");
    }
}

/// P8: an offer is never taken to be good for longer than the insurer says.
#[test]
fn a_life_is_never_longer_than_it_was_said_to_be() {
    let life = |value| {
        offer(&quoted_with("expiresIn", value))
            .unwrap()
            .expires_in
            .as_secs()
    };
    assert_eq!(life(json!(0)), 0);
    assert_eq!(life(json!(59.9)), 59);
    assert_eq!(life(json!("600")), 600);
    assert_eq!(life(json!(1e20)), 31 * 86_400);
}

#[test]
fn exclusions_may_be_texts_or_objects() {
    let answer = quoted_with(
        "commodityExclusions",
        json!(["tech", {"id": "luxury"}, 5, null, {}]),
    );
    assert_eq!(
        offer(&answer).unwrap().commodity_exclusions,
        ["tech", "luxury", "5"]
    );
}

/// P4: cover that was bought is believed, however poor the rest of the answer is.
#[test]
fn a_purchase_needs_nothing_but_the_number() {
    let facts =
        bought(&json!({"certificateNumber": "c-1", "premium": -5, "productName": "a\u{0}b"})).unwrap();
    assert_eq!(facts.number, number());
    assert_eq!((facts.premium, facts.product_name.as_deref()), (None, Some("ab")));
    assert_eq!(facts.status.as_str(), "UNKNOWN");
    for answer in [
        json!({}),
        json!({"certificateNumber": ""}),
        json!({"certificateNumber": 5}),
        json!({"certificateNumber": "a b"}),
        json!("c-1"),
    ] {
        assert!(bought(&answer).is_err(), "{answer}");
    }
}

/// P15: an unknown status is kept.
#[test]
fn a_summary_tells_the_status_of_the_certificate_that_was_asked_for() {
    let status = |word: &str| {
        let answer = json!({"certificateNumber": "C-1", "status": word});
        summary(&answer, &number()).unwrap().status
    };
    assert_eq!(status("CANCELED"), Status::Cancelled);
    assert_eq!(status("CANCELLED"), Status::Cancelled);
    assert_eq!(status("ON_HOLD").as_str(), "ON_HOLD");
    assert!(summary(&json!({"status": "ACTIVE"}), &number()).is_ok());
    assert!(summary(&json!({"certificateNumber": "c-1"}), &number()).is_err());
    assert!(
        summary(
            &json!({"certificateNumber": "c-2", "status": "ACTIVE"}),
            &number()
        )
        .is_err()
    );
}

/// P1: only an answer that says *cancelled* is a cancellation.
#[test]
fn a_cancellation_is_believed_when_the_status_says_so() {
    for answer in [
        json!({}),
        json!({"status": "ACTIVE"}),
        json!({"status": "PENDING_CANCELLATION"}),
        json!({"status": "CANCELLED", "certificateNumber": "c-2"}),
    ] {
        assert!(cancelled(&answer, &number()).is_err(), "{answer}");
    }
    for (field, spelling) in [
        ("cancellationAdditionalInfo", "CANCELLED"),
        ("cancellationAdditionaInfo", "CANCELED"),
    ] {
        let answer =
            json!({"certificateNumber": "c-1", "status": spelling, field: "sold", "canceledBy": "ada"});
        let cancelled = cancelled(&answer, &number()).unwrap();
        assert_eq!(cancelled.additional_info.as_deref(), Some("sold"));
        assert_eq!(cancelled.by.as_deref(), Some("ada"));
    }
}

#[test]
fn a_link_is_a_web_address() {
    assert_eq!(
        link(&json!({"url": "https://x.example/a?b"})).unwrap(),
        "https://x.example/a?b"
    );
    for bad in [
        json!(null),
        json!(""),
        json!("javascript:alert(1)"),
        json!("/a"),
        json!(5),
    ] {
        assert!(link(&json!({"url": bad})).is_err(), "{bad}");
    }
}

#[test]
fn a_list_may_be_wrapped() {
    let items = json!([{"id": 1}]);
    for answer in [
        items.clone(),
        json!({"commodities": items}),
        json!({"data": items}),
    ] {
        assert_eq!(list(&answer, Kind::Commodities).unwrap(), [json!({"id": 1})]);
    }
    for answer in [json!({}), json!("x"), json!({"loadTypes": []}), json!(["a\u{0}"])] {
        assert!(list(&answer, Kind::Commodities).is_err(), "{answer}");
    }
}

#[test]
fn the_text_of_an_exclusion_has_one_name() {
    let answer = json!([{"id": "a", "descriptions": "A"}, {"id": "b", "description": "B"}]);
    let expected = [
        json!({"id": "a", "description": "A"}),
        json!({"id": "b", "description": "B"}),
    ];
    assert_eq!(list(&answer, Kind::CommodityExclusions).unwrap(), expected);
}
