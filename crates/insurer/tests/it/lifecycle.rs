//! Quote, buy, read, cancel, and the lists, when nothing goes wrong.

use std::time::Duration;

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::{Number, Status};
use loadsure_core::ports::Insurer;
use loadsure_core::spelling::Recipient;
use loadsure_core::support_data;
use loadsure_sandbox::{CancelledSpelling, Operation, Settings};
use serde_json::{Value, json};

use crate::support::{Insured, USER, request};

fn order(number: &Number, body: Value) -> Order {
    let mut whole = json!({"userId": USER});
    whole
        .as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    Order::parse(number.clone(), &whole).unwrap()
}

#[tokio::test]
async fn an_offer_carries_everything_that_the_insurer_says() {
    let insured = Insured::start().await;
    let offer = insured.client.quote(&request()).await.unwrap();
    // P38: a token has any length.
    assert!(offer.token.expose().len() > 255);
    assert_eq!(offer.expires_in, Duration::from_secs(3600));
    assert_eq!(offer.price.currency.code(), "USD");
    assert_eq!(offer.price.premium.to_string(), "60.00");
    assert_eq!(offer.limit.unwrap().to_string(), "50000.00");
    assert!(offer.product_name.is_some() && offer.product_id.is_some() && offer.description.is_some());
    assert_eq!(offer.payment_method_type.as_deref(), Some("INVOICE"));
    assert!(offer.terms_and_conditions_link.unwrap().starts_with("http"));
}

/// P12: the insurer mails those who were named, and nobody when nobody was.
#[tokio::test]
async fn a_purchase_issues_one_certificate_and_mails_whom_it_was_told_to() {
    let insured = Insured::start().await;
    let facts = insured.bought().await;
    assert_eq!(facts.status, Status::Active);
    assert!(facts.certificate_link.is_some() && facts.file_claim_link.is_some());
    assert_eq!(facts.premium.unwrap().to_string(), "60.00");
    assert_eq!(insured.sandbox.ledger().certificates.len(), 1);
    assert!(insured.sandbox.ledger().emails.is_empty());

    let token = insured.token().await;
    insured
        .client
        .purchase(&token, &[Recipient::User, Recipient::Assured])
        .await
        .unwrap();
    assert_eq!(insured.sandbox.ledger().emails.len(), 2);
}

#[tokio::test]
async fn a_certificate_is_read_with_its_document() {
    let insured = Insured::start().await;
    let bought = insured.bought().await;
    let read = insured.client.certificate(USER, &bought.number).await.unwrap();
    assert_eq!((&read.number, &read.status), (&bought.number, &Status::Active));
    assert_eq!(read.limit, bought.limit);
    let link = insured.client.document(USER, &bought.number).await.unwrap();
    assert!(link.starts_with(&insured.sandbox.base_url()), "{link}");
}

/// P15: both spellings of cancelled are understood.
#[tokio::test]
async fn a_cancellation_is_confirmed_in_either_spelling() {
    for spelling in [CancelledSpelling::British, CancelledSpelling::American] {
        let insured = Insured::start().await;
        insured.sandbox.set_settings(Settings {
            status_spelling: spelling,
            ..Settings::default()
        });
        let number = insured.bought().await.number;
        let body = json!({"reason": "CANOTH", "additionalInfo": "sold elsewhere", "emailAssured": true});
        let cancelled = insured.client.cancel(&order(&number, body)).await.unwrap();
        assert_eq!(cancelled.reason.as_deref(), Some("CANOTH"));
        assert_eq!(cancelled.additional_info.as_deref(), Some("sold elsewhere"));
        assert_eq!(cancelled.by.as_deref(), Some(USER));
        assert!(cancelled.date.is_some());
        let read = insured.client.certificate(USER, &number).await.unwrap();
        assert_eq!(read.status, Status::Cancelled);
    }
}

/// P14: words that were not given are left out, not sent empty.
#[tokio::test]
async fn a_cancellation_without_words_sends_none() {
    let insured = Insured::start().await;
    let number = insured.bought().await.number;
    insured
        .client
        .cancel(&order(&number, json!({"reason": "CANNLN"})))
        .await
        .unwrap();
    let sent = &insured.sandbox.requests(Operation::CancelCertificate)[0].body;
    let expected = json!({
        "userId": USER, "certificateNumber": number.as_str(), "cancellationReason": "CANNLN", "emailAssured": false
    });
    assert_eq!(*sent, expected);
}

#[tokio::test]
async fn all_six_lists_are_read_and_pass_the_check() {
    let insured = Insured::start().await;
    for (kind, count) in support_data::Kind::ALL.into_iter().zip([46, 10, 6, 10, 18, 13]) {
        let items = insured.client.support_data(kind).await.unwrap();
        assert_eq!(items.len(), count, "{kind}");
        kind.check(&items).unwrap();
    }
}

#[tokio::test]
async fn every_request_says_what_it_is_and_what_it_wants() {
    let insured = Insured::start().await;
    insured.bought().await;
    insured
        .client
        .support_data(support_data::Kind::Commodities)
        .await
        .unwrap();
    for operation in [Operation::Quote, Operation::PurchaseQuote, Operation::Commodities] {
        let headers = &insured.sandbox.requests(operation)[0].headers;
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["accept"], "application/json");
        assert!(headers["user-agent"].starts_with("loadsure-service/"));
    }
}
