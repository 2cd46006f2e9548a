use loadsure_sandbox::{Operation, Settings};
use serde_json::json;

use crate::support::{Caller, USER};

#[tokio::test]
async fn a_summary_shows_what_was_bought() {
    let caller = Caller::start().await;
    let bought = caller
        .ok(
            Operation::PurchaseQuote,
            &json!({"quoteToken": caller.token().await}),
        )
        .await;
    let body = json!({"userId": USER, "certificateNumber": bought["certificateNumber"]});
    let summary = caller.ok(Operation::CertificateSummary, &body).await;
    for name in [
        "certificateNumber",
        "status",
        "limit",
        "premium",
        "serviceFee",
        "tax",
        "currency",
        "productId",
    ] {
        assert_eq!(summary[name], bought[name], "{name}");
    }
}

#[tokio::test]
async fn for_another_user_or_number_there_is_no_certificate() {
    let caller = Caller::start().await;
    let number = caller.bought().await;
    let bodies = [
        json!({"userId": "eve@example.com", "certificateNumber": number}),
        json!({"userId": USER, "certificateNumber": "0190b0c8-0000-7000-8000-000000000000"}),
        json!({"userId": USER, "certificateNumber": "LS-1"}),
    ];
    for body in bodies {
        for operation in [Operation::CertificateSummary, Operation::CertificateUrl] {
            let refused = caller.refused(operation, &body, 404).await;
            assert_eq!(refused[0].0, "CERTIFICATE_NOT_FOUND");
        }
    }
    let refused = caller
        .refused(Operation::CertificateSummary, &json!({}), 400)
        .await;
    let paths: Vec<_> = refused.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(paths, ["userId", "certificateNumber"]);
}

#[tokio::test]
async fn links_lead_to_real_documents() {
    let caller = Caller::start().await;
    let bought = caller
        .ok(
            Operation::PurchaseQuote,
            &json!({"quoteToken": caller.token().await}),
        )
        .await;
    for name in ["certificateLink", "certificateWithCoverPageLink"] {
        let document = caller
            .http
            .get(bought[name].as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(document.headers()["content-type"], "application/pdf");
        let bytes = document.bytes().await.unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        let number = bought["certificateNumber"].as_str().unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(number), "{name}");
    }
    let claim = caller
        .http
        .get(bought["fileClaimLink"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert!(claim.text().await.unwrap().contains("File a claim"));
}

#[tokio::test]
async fn a_link_expires_and_certificate_url_gives_a_fresh_one() {
    let caller = Caller::start().await;
    let body = json!({"userId": USER, "certificateNumber": caller.bought().await});
    caller.sandbox.set_settings(Settings {
        link_ttl_s: 0,
        ..Settings::default()
    });
    let stale = caller.ok(Operation::CertificateUrl, &body).await;
    let answer = caller
        .http
        .get(stale["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    caller.sandbox.set_settings(Settings::default());
    let fresh = caller.ok(Operation::CertificateUrl, &body).await;
    let url = fresh["url"].as_str().unwrap();
    assert!(caller.http.get(url).send().await.unwrap().status().is_success());
    let forged = caller
        .http
        .get(url.replace("expires=", "expires=9"))
        .send()
        .await
        .unwrap();
    assert_eq!(forged.status().as_u16(), 403);
}
