//! The insurer's no.

use loadsure_core::cancellation::Order;
use loadsure_core::ports::Insurer;
use loadsure_core::support_data;
use loadsure_insurer::Client;
use loadsure_sandbox::{DuplicatePurchase, Kind, Operation, Settings};
use serde_json::json;

use crate::raw::{Raw, Reply};
use crate::support::{Insured, USER, declined, lost, number, refused, request, settings};
use loadsure_core::insurer::{Failure, Lost, QuoteToken};

#[tokio::test]
async fn reasons_keep_code_words_and_path() {
    let insured = Insured::start().await;
    insured.sandbox.set_settings(Settings {
        max_insured_value: 1.into(),
        ..Settings::default()
    });
    let Err(Failure::Declined { status, reasons }) = insured.client.quote(&request()).await else {
        panic!("not declined");
    };
    assert_eq!(status, 400);
    assert_eq!(reasons[0].code.as_deref(), Some("UNDERWRITING_DECLINED"));
    assert!(!reasons[0].message.is_empty() && reasons[0].path.is_some());
}

/// P13: a good status with errors is a refusal, on every endpoint.
#[tokio::test]
async fn errors_beside_a_good_status_decline_every_operation() {
    let insured = Insured::start().await;
    let bought = insured.bought().await.number;
    let token = insured.token().await;
    let order = Order::parse(bought.clone(), &json!({"userId": USER, "reason": "CANNLN"})).unwrap();
    for success_false in [false, true] {
        let kind = Kind::OkWithErrors { success_false };
        let (client, spoil) = (&insured.client, |operation| insured.spoil(operation, kind));
        spoil(Operation::Quote);
        assert_eq!(declined(&client.quote(&request()).await.unwrap_err()).0, 200);
        spoil(Operation::PurchaseQuote);
        assert_eq!(declined(&client.purchase(&token, &[]).await.unwrap_err()).0, 200);
        spoil(Operation::CertificateSummary);
        assert_eq!(
            declined(&client.certificate(USER, &bought).await.unwrap_err()).0,
            200
        );
        spoil(Operation::CertificateUrl);
        assert_eq!(
            declined(&client.document(USER, &bought).await.unwrap_err()).0,
            200
        );
        spoil(Operation::CancelCertificate);
        assert_eq!(declined(&client.cancel(&order).await.unwrap_err()).0, 200);
        spoil(Operation::LoadTypes);
        let list = client.support_data(support_data::Kind::LoadTypes).await;
        assert_eq!(declined(&list.unwrap_err()).0, 200);
    }
    let ledger = insured.sandbox.ledger();
    assert_eq!((ledger.certificates.len(), ledger.cancellations.len()), (1, 0));
}

#[tokio::test]
async fn reasons_that_are_plain_strings_are_read() {
    let insured = Insured::start().await;
    insured.spoil(Operation::Quote, Kind::StringErrors);
    let failure = insured.client.quote(&request()).await.unwrap_err();
    let (status, messages) = declined(&failure);
    assert!(status == 400 && !messages.is_empty(), "{status}");
}

#[tokio::test]
async fn other_shapes_of_refusals_are_read() {
    for (body, message) in [
        (r#"{"message":"no such thing"}"#, Some("no such thing")),
        (r#"{"error":"no such thing"}"#, Some("no such thing")),
        ("no such thing", Some("no such thing")),
        ("", None),
    ] {
        let raw = Raw::start([Reply::answer("404 Not Found", "", body)]).await;
        let client = Client::new(settings(&raw.url("http"))).unwrap();
        let failure = client.certificate(USER, &number("c-1")).await.unwrap_err();
        let expected: Vec<&str> = message.into_iter().collect();
        assert_eq!(declined(&failure), (404, expected));
    }
}

/// A page in front of the insurer is nobody's decision about a load.
#[tokio::test]
async fn a_web_page_is_not_a_refusal() {
    let raw = Raw::start([Reply::answer("404 Not Found", "", "<html>no such host</html>")]).await;
    let client = Client::new(settings(&raw.url("http"))).unwrap();
    let failure = client.quote(&request()).await.unwrap_err();
    assert_eq!(lost(&failure), Lost::Unreadable);
}

/// A wrong key of ours is not the caller's application, and nothing was bought.
#[tokio::test]
async fn a_wrong_key_is_turned_away_and_not_declined() {
    let insured = Insured::with(|settings| settings.api_key = "another-key".into()).await;
    assert_eq!(
        refused(&insured.client.quote(&request()).await.unwrap_err()),
        (401, None)
    );
    let token = QuoteToken::new("eyJ".to_owned());
    assert_eq!(
        refused(&insured.client.purchase(&token, &[]).await.unwrap_err()),
        (401, None)
    );
    assert!(insured.sandbox.ledger().certificates.is_empty());
}

/// P2: what buying one token twice does at the insurer is seen for what it is.
#[tokio::test]
async fn a_second_purchase_is_told_as_the_insurer_tells_it() {
    for behaviour in [
        DuplicatePurchase::NewCertificate,
        DuplicatePurchase::SameCertificate,
        DuplicatePurchase::Rejected,
    ] {
        let insured = Insured::start().await;
        insured.sandbox.set_settings(Settings {
            duplicate_purchase: behaviour,
            ..Settings::default()
        });
        let token = insured.token().await;
        let first = insured.client.purchase(&token, &[]).await.unwrap().number;
        let second = insured.client.purchase(&token, &[]).await;
        match behaviour {
            DuplicatePurchase::NewCertificate => assert_ne!(second.unwrap().number, first),
            DuplicatePurchase::SameCertificate => assert_eq!(second.unwrap().number, first),
            DuplicatePurchase::Rejected => {
                let Err(Failure::Declined { reasons, .. }) = second else {
                    panic!("not declined");
                };
                assert_eq!(reasons[0].code.as_deref(), Some("ALREADY_PURCHASED"));
            }
        }
    }
}

#[tokio::test]
async fn an_expired_token_and_an_unknown_certificate_are_declined() {
    let insured = Insured::start().await;
    insured.sandbox.set_settings(Settings {
        expires_in: 0,
        ..Settings::default()
    });
    let token = insured.token().await;
    assert_eq!(
        declined(&insured.client.purchase(&token, &[]).await.unwrap_err()).0,
        400
    );
    let failure = insured
        .client
        .certificate(USER, &number("nobody"))
        .await
        .unwrap_err();
    assert_eq!(declined(&failure).0, 404);
}
