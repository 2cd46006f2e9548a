use loadsure_sandbox::{AdditionalInfoName, CancelledSpelling, Operation, Recipient, Settings};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::support::{Caller, USER};

const CORRECT: &str = "cancellationAdditionalInfo";
const MISSPELT: &str = "cancellationAdditionaInfo";

async fn request(caller: &Caller, reason: &str) -> Value {
    json!({"userId": USER, "certificateNumber": caller.bought().await, "cancellationReason": reason})
}

#[tokio::test]
async fn each_of_the_nine_reasons_cancels() {
    let caller = Caller::start().await;
    for code in ["ASD", "NLN", "PIE", "CHP", "VAL", "REQ", "COP", "REP", "OTH"] {
        let mut body = request(&caller, &format!("CAN{code}")).await;
        body[CORRECT] = json!("N/A");
        let answer = caller.ok(Operation::CancelCertificate, &body).await;
        assert_eq!(answer["status"], "CANCELLED");
        assert_eq!(answer["canceledBy"], USER);
        assert_eq!(answer["cancellationReason"], body["cancellationReason"]);
        assert!(OffsetDateTime::parse(answer["canceledDate"].as_str().unwrap(), &Rfc3339).is_ok());
    }
    let ledger = caller.sandbox.ledger();
    assert_eq!((ledger.cancellations.len(), ledger.emails.len()), (9, 0));
}

#[tokio::test]
async fn the_summary_shows_it_in_the_spelling_that_is_set() {
    let caller = Caller::start().await;
    let mut body = request(&caller, "CANNLN").await;
    body["emailAssured"] = json!(true);
    caller.ok(Operation::CancelCertificate, &body).await;
    assert_eq!(caller.sandbox.ledger().emails[0].to, Recipient::Assured);
    for (spelling, text) in [
        (CancelledSpelling::British, "CANCELLED"),
        (CancelledSpelling::American, "CANCELED"),
    ] {
        caller.sandbox.set_settings(Settings {
            status_spelling: spelling,
            ..Settings::default()
        });
        assert_eq!(
            caller.ok(Operation::CertificateSummary, &body).await["status"],
            text
        );
    }
}

/// P15: cancelled twice.
#[tokio::test]
async fn a_second_cancellation_is_refused() {
    let caller = Caller::start().await;
    let body = request(&caller, "CANNLN").await;
    caller.ok(Operation::CancelCertificate, &body).await;
    let refused = caller.refused(Operation::CancelCertificate, &body, 400).await;
    assert_eq!(
        refused,
        [("ALREADY_CANCELLED".to_owned(), "certificateNumber".to_owned())]
    );
    assert_eq!(caller.sandbox.ledger().cancellations.len(), 1);
}

/// P14: a reason that is no code, an empty text, `CANOTH` without text.
#[tokio::test]
async fn a_cancellation_is_checked_field_by_field() {
    let caller = Caller::start().await;
    let body = request(&caller, "CANNLN").await;
    let cases = [
        (
            "cancellationReason",
            json!("no longer needed"),
            "INVALID_VALUE",
            "cancellationReason",
        ),
        (
            "cancellationReason",
            json!("CANOTH"),
            "REQUIRED_FIELD_MISSING",
            CORRECT,
        ),
        (CORRECT, json!(""), "INVALID_VALUE", CORRECT),
        (MISSPELT, json!(""), "INVALID_VALUE", MISSPELT),
        ("emailAssured", json!("yes"), "INVALID_VALUE", "emailAssured"),
    ];
    for (name, value, code, path) in cases {
        let mut body = body.clone();
        body[name] = value;
        let refused = caller.refused(Operation::CancelCertificate, &body, 400).await;
        assert_eq!(refused, [(code.to_owned(), path.to_owned())]);
    }
    let mut stranger = body.clone();
    stranger["userId"] = json!("eve@example.com");
    assert_eq!(
        caller.refused(Operation::CancelCertificate, &stranger, 404).await[0].0,
        "CERTIFICATE_NOT_FOUND"
    );
    caller.ok(Operation::CancelCertificate, &body).await;
}

#[tokio::test]
async fn which_name_of_the_text_is_read_can_be_set() {
    let caller = Caller::start().await;
    let cases = [
        (AdditionalInfoName::Either, CORRECT, true),
        (AdditionalInfoName::Either, MISSPELT, true),
        (AdditionalInfoName::Correct, CORRECT, true),
        (AdditionalInfoName::Correct, MISSPELT, false),
        (AdditionalInfoName::Misspelt, CORRECT, false),
        (AdditionalInfoName::Misspelt, MISSPELT, true),
    ];
    for (additional_info_name, name, accepted) in cases {
        caller.sandbox.set_settings(Settings {
            additional_info_name,
            ..Settings::default()
        });
        let mut body = request(&caller, "CANOTH").await;
        body[name] = json!("Sold");
        let (status, _) = caller.call(Operation::CancelCertificate, &body).await;
        assert_eq!(status.is_success(), accepted, "{additional_info_name:?} {name}");
    }
}
