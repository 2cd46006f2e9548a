use loadsure_sandbox::{Operation, Outcome, Recipient, Settings};
use serde_json::json;
use uuid::Uuid;

use crate::support::Caller;

#[tokio::test]
async fn a_purchase_answers_a_certificate_and_is_in_the_books() {
    let caller = Caller::start().await;
    let token = caller.token().await;
    let body = json!({"quoteToken": token, "sendEmailsTo": ["USER"], "poNumber": "PO-2"});
    let answer = caller.ok(Operation::PurchaseQuote, &body).await;
    let number: Uuid = answer["certificateNumber"].as_str().unwrap().parse().unwrap();
    assert_eq!(answer["status"], "ACTIVE");
    let amounts = ["limit", "deductible", "premium", "serviceFee", "tax"];
    assert_eq!(
        amounts.map(|name| answer[name].to_string()),
        ["50000", "500", "60", "3.5", "2.16"]
    );
    for name in [
        "productId",
        "productName",
        "currency",
        "fileClaimLink",
        "termsAndConditionsLink",
    ] {
        assert!(answer[name].is_string(), "{name}");
    }
    let ledger = caller.sandbox.ledger();
    assert_eq!(ledger.token(&token).certificates, [number]);
    let attempt = &ledger.attempts[0];
    assert_eq!(
        (attempt.outcome, attempt.committed, attempt.answered),
        (Outcome::Issued, true, true)
    );
    assert_eq!(attempt.send_emails_to, [Recipient::User]);
    assert_eq!((ledger.emails.len(), ledger.emails[0].to), (1, Recipient::User));
}

/// P12: nobody is mailed unasked.
#[tokio::test]
async fn nobody_is_mailed_when_nobody_is_named() {
    let caller = Caller::start().await;
    caller.bought().await;
    assert!(caller.sandbox.ledger().emails.is_empty());
}

#[tokio::test]
async fn an_unknown_token_is_404_and_an_attempt() {
    let caller = Caller::start().await;
    let genuine = caller.token().await;
    for token in ["eyJhbGciOiJIUzI1NiJ9.e30.x".to_owned(), format!("{genuine}x")] {
        let refused = caller
            .refused(Operation::PurchaseQuote, &json!({"quoteToken": token}), 404)
            .await;
        assert_eq!(refused, [("QUOTE_NOT_FOUND".to_owned(), "quoteToken".to_owned())]);
    }
    let ledger = caller.sandbox.ledger();
    assert_eq!((ledger.attempts.len(), ledger.certificates.len()), (2, 0));
    assert_eq!(ledger.attempts[0].code.as_deref(), Some("QUOTE_NOT_FOUND"));
}

/// P8: the clock decides, not a sweep.
#[tokio::test]
async fn an_expired_token_is_refused() {
    let caller = Caller::start().await;
    caller.sandbox.set_settings(Settings {
        expires_in: 0,
        ..Settings::default()
    });
    let token = caller.token().await;
    let refused = caller
        .refused(Operation::PurchaseQuote, &json!({"quoteToken": token}), 400)
        .await;
    assert_eq!(refused[0].0, "QUOTE_EXPIRED");
    assert_eq!(caller.sandbox.ledger().token(&token).committed, 0);
}

#[tokio::test]
async fn a_purchase_is_checked_field_by_field() {
    let caller = Caller::start().await;
    let token = caller.token().await;
    let cases = [
        (json!({}), "REQUIRED_FIELD_MISSING", "quoteToken"),
        (json!({"quoteToken": 5}), "INVALID_VALUE", "quoteToken"),
        (
            json!({"quoteToken": token, "sendEmailsTo": ["BROKER"]}),
            "INVALID_VALUE",
            "sendEmailsTo[0]",
        ),
        (
            json!({"quoteToken": token, "sendEmailsTo": "USER"}),
            "INVALID_VALUE",
            "sendEmailsTo",
        ),
        (
            json!({"quoteToken": token, "sendEmailsTo": ["USER", "USER"]}),
            "INVALID_VALUE",
            "sendEmailsTo",
        ),
        (
            json!({"quoteToken": token, "paymentMethod": {"store": "yes"}}),
            "INVALID_VALUE",
            "paymentMethod.store",
        ),
        (
            json!({"quoteToken": token, "updates": {}}),
            "REQUIRED_FIELD_MISSING",
            "updates.shipment",
        ),
    ];
    for (body, code, path) in cases {
        let refused = caller.refused(Operation::PurchaseQuote, &body, 400).await;
        assert_eq!(refused, [(code.to_owned(), path.to_owned())]);
    }
    assert!(caller.sandbox.ledger().certificates.is_empty());
}
