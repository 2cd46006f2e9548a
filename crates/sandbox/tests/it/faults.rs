//! Faults that still give a whole answer.

use std::time::{Duration, Instant};

use loadsure_sandbox::{Fault, Kind, Operation, Outcome};
use reqwest::Client;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::Caller;

const PURCHASE: Operation = Operation::PurchaseQuote;

/// Buys once under a fault: status, headers of interest, text.
async fn strike(caller: &Caller, kind: Kind) -> (u16, Option<String>, String, String) {
    let body = json!({"quoteToken": caller.token().await});
    caller.sandbox.set_faults([Fault::once(PURCHASE, kind)]);
    let response = caller.send(PURCHASE, &body).await.unwrap();
    let header = |name| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let (after, content) = (header("retry-after"), header("content-type").unwrap());
    (
        response.status().as_u16(),
        after,
        content,
        response.text().await.unwrap(),
    )
}

#[tokio::test]
async fn refusals_do_nothing_and_say_when_to_come_back() {
    let caller = Caller::start().await;
    let cases = [
        (
            Kind::RateLimited {
                retry_after_s: Some(7),
            },
            429,
            Some("7"),
        ),
        (Kind::RateLimited { retry_after_s: None }, 429, None),
        (
            Kind::Unavailable {
                retry_after_s: Some(1),
            },
            503,
            Some("1"),
        ),
        (Kind::Unauthorized, 401, None),
        (Kind::StringErrors, 400, None),
        (Kind::OkWithErrors { success_false: false }, 200, None),
        (Kind::OkWithErrors { success_false: true }, 200, None),
    ];
    for (kind, status, retry_after) in cases {
        let (found, after, content, text) = strike(&caller, kind).await;
        assert_eq!(
            (found, after.as_deref(), content.as_str()),
            (status, retry_after, "application/json")
        );
        let answer: Value = serde_json::from_str(&text).unwrap();
        match kind {
            Kind::StringErrors => assert!(answer["errors"][0].is_string()),
            Kind::OkWithErrors { success_false: false } => assert!(answer.get("success").is_none()),
            Kind::OkWithErrors { success_false: true } => assert_eq!(answer["success"], false),
            _ => {}
        }
    }
    let ledger = caller.sandbox.ledger();
    assert_eq!((ledger.attempts.len(), ledger.certificates.len()), (7, 0));
    assert!(
        ledger
            .attempts
            .iter()
            .all(|attempt| attempt.outcome == Outcome::NotReached && attempt.answered)
    );
}

#[tokio::test]
async fn pages_of_html_hide_whether_anything_was_done() {
    let caller = Caller::start().await;
    for commits in [false, true] {
        for (kind, status) in [
            (Kind::ServerErrorHtml { status: 502, commits }, 502),
            (Kind::Garbage { commits }, 200),
        ] {
            let (found, _, content, text) = strike(&caller, kind).await;
            assert_eq!(found, status);
            assert!(content.starts_with("text/html") && text.starts_with("<!DOCTYPE html>"));
            let ledger = caller.sandbox.ledger();
            let last = ledger.attempts.last().unwrap();
            assert_eq!((last.committed, last.answered), (commits, false), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn slow_answers_come_late_but_whole() {
    let caller = Caller::start().await;
    for commits in [false, true] {
        let began = Instant::now();
        let (status, ..) = strike(&caller, Kind::Slow { ms: 50, commits }).await;
        assert_eq!(status, 200);
        assert!(began.elapsed() >= Duration::from_millis(50));
    }
    assert_eq!(
        caller
            .sandbox
            .ledger()
            .attempts
            .iter()
            .filter(|attempt| attempt.answered)
            .count(),
        2
    );
}

/// P20: a client without a timeout would wait for ever.
#[tokio::test]
async fn a_hanging_purchase_is_done_or_not_and_never_answered() {
    let caller = Caller::start().await;
    let impatient = Client::builder()
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    for commits in [false, true] {
        let body = json!({"quoteToken": caller.token().await});
        caller
            .sandbox
            .set_faults([Fault::once(PURCHASE, Kind::Hang { commits })]);
        let key = caller.sandbox.api_key().expose_secret();
        let request = impatient
            .post(caller.url(PURCHASE.path()))
            .bearer_auth(key)
            .json(&body);
        assert!(request.send().await.unwrap_err().is_timeout());
        let ledger = caller.sandbox.ledger();
        let last = ledger.attempts.last().unwrap();
        assert_eq!((last.committed, last.answered), (commits, false));
    }
}

#[tokio::test]
async fn a_hanging_answer_does_not_keep_the_sandbox_from_stopping() {
    let caller = Caller::start().await;
    caller.sandbox.set_faults([Fault::always(
        Operation::Commodities,
        Kind::Hang { commits: false },
    )]);
    let hanging = tokio::spawn(
        caller
            .http
            .get(caller.url(Operation::Commodities.path()))
            .bearer_auth(caller.sandbox.api_key().expose_secret())
            .send(),
    );
    while caller.sandbox.faults().rules[0].hits == 0 {
        tokio::task::yield_now().await;
    }
    caller.sandbox.stop().await.unwrap();
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn a_fault_strikes_only_its_operation_and_only_so_often() {
    let caller = Caller::start().await;
    let kind = Kind::Unavailable { retry_after_s: None };
    caller.sandbox.set_faults([Fault {
        times: Some(2),
        ..Fault::always(Operation::LoadTypes, kind)
    }]);
    let mut statuses = Vec::new();
    for operation in [
        Operation::Commodities,
        Operation::LoadTypes,
        Operation::LoadTypes,
        Operation::LoadTypes,
    ] {
        statuses.push(caller.call(operation, &Value::Null).await.0.as_u16());
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert_eq!(caller.sandbox.faults().rules[0].hits, 2);
}
