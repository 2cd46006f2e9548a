use futures_util::future::join_all;
use loadsure_sandbox::{DuplicatePurchase, Operation, Outcome, Settings};
use serde_json::json;

use crate::support::Caller;

async fn with(duplicate_purchase: DuplicatePurchase) -> Caller {
    let caller = Caller::start().await;
    caller.sandbox.set_settings(Settings {
        duplicate_purchase,
        ..Settings::default()
    });
    caller
}

#[tokio::test]
async fn by_default_each_purchase_of_a_token_is_another_certificate() {
    let caller = Caller::start().await;
    let token = caller.token().await;
    let body = json!({"quoteToken": token});
    let first = caller.ok(Operation::PurchaseQuote, &body).await;
    let second = caller.ok(Operation::PurchaseQuote, &body).await;
    assert_ne!(first["certificateNumber"], second["certificateNumber"]);
    let totals = caller.sandbox.ledger().token(&token);
    assert_eq!(
        (totals.attempts, totals.committed, totals.certificates.len()),
        (2, 2, 2)
    );
}

#[tokio::test]
async fn a_repeat_may_answer_the_same_certificate() {
    let caller = with(DuplicatePurchase::SameCertificate).await;
    let token = caller.token().await;
    let body = json!({"quoteToken": token, "sendEmailsTo": ["USER"]});
    let answers = join_all((0..8).map(|_| caller.ok(Operation::PurchaseQuote, &body))).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer["certificateNumber"] == answers[0]["certificateNumber"])
    );
    let ledger = caller.sandbox.ledger();
    assert_eq!(
        (
            ledger.token(&token).attempts,
            ledger.certificates.len(),
            ledger.emails.len()
        ),
        (8, 1, 1)
    );
    assert_eq!(ledger.attempts[7].outcome, Outcome::Repeated);
}

#[tokio::test]
async fn a_repeat_may_be_refused() {
    let caller = with(DuplicatePurchase::Rejected).await;
    let token = caller.token().await;
    let body = json!({"quoteToken": token});
    let calls = join_all((0..8).map(|_| caller.call(Operation::PurchaseQuote, &body))).await;
    let (bought, refused): (Vec<_>, Vec<_>) = calls.iter().partition(|(status, _)| status.is_success());
    assert_eq!((bought.len(), refused.len()), (1, 7));
    assert!(
        refused
            .iter()
            .all(|(_, answer)| answer["errors"][0]["errorCode"] == "ALREADY_PURCHASED")
    );
    assert_eq!(caller.sandbox.ledger().token(&token).certificates.len(), 1);
}
