//! Many callers who want the same, at several instances of the API.

use std::collections::BTreeSet;

use loadsure_testkit::process::Process;
use serde_json::{Value, json};

use crate::stack::{Api, BOOKINGS, QUOTES, Stack, quote, send};

/// Callers at once.
const CALLERS: usize = 16;

async fn services(stack: &Stack) -> ([Api; 2], [Process; 2]) {
    let apis = [stack.api("20000").await, stack.api("20000").await];
    (apis, [stack.worker(&[]).await, stack.worker(&[]).await])
}

/// The answers to one order that many send at once, every other one to the other API.
async fn all_at_once(stack: &Stack, apis: &[Api; 2], key: Option<&str>) -> Vec<(u16, Value)> {
    let (status, _, priced) = send(apis[0].post(&stack.http, QUOTES, &quote())).await;
    assert_eq!(status, 201, "{priced}");
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    let calls: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let request = apis[caller % 2].post(&stack.http, BOOKINGS, &order);
            let request = match key {
                Some(key) => request.header("Idempotency-Key", key),
                None => request,
            };
            tokio::spawn(send(request))
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        let (status, _, body) = call.await.unwrap();
        answers.push((status, body));
    }
    answers
}

/// P2: one of them buys, and each of the others is told that the quote is booked.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_orders_at_two_instances_are_one_purchase() {
    let stack = Stack::set().await;
    let (apis, _workers) = services(&stack).await;

    let answers = all_at_once(&stack, &apis, None).await;

    let bought = answers.iter().filter(|(status, _)| *status == 201).count();
    let refused = answers
        .iter()
        .filter(|(status, body)| (*status, body["code"].as_str()) == (409, Some("quote_already_booked")))
        .count();
    assert_eq!((bought, refused), (1, CALLERS - 1), "{answers:?}");
    assert_eq!(stack.sandbox.ledger().attempts.len(), 1);
}

/// P2: under one key all of them are the same order. Nobody hears of another booking or certificate.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_orders_under_one_key_at_two_instances_are_one_purchase() {
    let stack = Stack::set().await;
    let (apis, _workers) = services(&stack).await;

    let answers = all_at_once(&stack, &apis, Some("order-1")).await;

    let told: BTreeSet<(u16, Option<&str>, Option<&str>)> = answers
        .iter()
        .map(|(status, body)| {
            let booking = &body["booking"];
            (
                *status,
                booking["bookingId"].as_str(),
                booking["policyNumber"].as_str(),
            )
        })
        .collect();
    let bookings: BTreeSet<&str> = told.iter().filter_map(|(_, booking, _)| *booking).collect();
    let certificates: BTreeSet<&str> = told.iter().filter_map(|(_, _, number)| *number).collect();
    assert_eq!((bookings.len(), certificates.len()), (1, 1), "{answers:?}");
    assert!(
        told.iter()
            .all(|(status, _, _)| matches!(status, 201 | 202 | 409)),
        "{told:?}"
    );
    assert_eq!(stack.sandbox.ledger().attempts.len(), 1);
}
