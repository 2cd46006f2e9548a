//! A worker that is frozen in the middle of its work, and goes on when others have done it.

use std::time::Duration;

use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use serde_json::json;
use tokio::time::Instant;

use crate::stack::{Api, BOOKINGS, DEADLINE, HASTY, QUOTES, Stack, ends_with, quote, send};

/// Quotes through `api`, and orders what was priced.
async fn buy(stack: &Stack, api: &Api) -> (u16, serde_json::Value) {
    let (status, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    assert_eq!(status, 201, "{priced}");
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    let (status, _, body) = send(api.post(&stack.http, BOOKINGS, &order)).await;
    (status, body)
}

/// The jobs that have ended, the dead ones included.
async fn ended(stack: &Stack) -> i64 {
    let sql = "SELECT count(*) FROM jobs WHERE state IN ('done', 'dead')";
    stack.session().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// P2, P3, P21, P22: what it had in hand is taken over. When it goes on it sends nothing more, changes nothing that was
/// told, and does new work as any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_back_from_the_dead_does_nothing_twice() {
    let stack = Stack::set().await;
    let api = stack.api("20000").await;
    let mut zombie = stack.worker(&HASTY).await;
    let (_, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    let hang = Trouble::Hang { commits: true };
    stack.sandbox.set_faults([
        Fault::once(Operation::Quote, hang),
        Fault::once(Operation::PurchaseQuote, hang),
    ]);
    let quoted = tokio::spawn(send(api.post(&stack.http, QUOTES, &quote())));
    let booked = tokio::spawn(send(api.post(&stack.http, BOOKINGS, &order)));
    stack.asked(Operation::Quote, 2).await;
    stack.asked(Operation::PurchaseQuote, 1).await;
    zombie.sigstop().unwrap();

    let mut heir = stack.worker(&HASTY).await;
    let (status, quote_url, body) = quoted.await.unwrap();
    assert_eq!((status, body["quote"]["status"].as_str()), (201, Some("active")));
    let premium = body["quote"]["premium"].clone();
    let (status, booking_url, body) = booked.await.unwrap();
    let unknown = (202, Some("outcome_unknown"));
    assert_eq!((status, body["booking"]["status"].as_str()), unknown, "{body}");
    heir.sigterm().unwrap();
    ends_with(&mut heir, 0, Duration::from_secs(15)).await;
    let before = ended(&stack).await;

    zombie.sigcont().unwrap();
    let (status, bought) = buy(&stack, &api).await;
    assert_eq!(
        (status, bought["booking"]["status"].as_str()),
        (201, Some("active")),
        "{bought}"
    );
    zombie.sigterm().unwrap();
    ends_with(&mut zombie, 0, Duration::from_secs(15)).await;

    let get = |path: String| send(stack.http.get(format!("{}{path}", api.url)));
    let (_, _, body) = get(quote_url).await;
    assert_eq!(
        (&body["quote"]["status"], &body["quote"]["premium"]),
        (&json!("active"), &premium)
    );
    let (_, _, body) = get(booking_url).await;
    assert_eq!(body["booking"]["status"], "outcome_unknown", "{body}");
    assert_eq!(ended(&stack).await, before + 2);
    assert_eq!(stack.sandbox.ledger().attempts.len(), 2);
}

/// P2: also one that was frozen before it could send: it knows how long it was away.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_was_frozen_before_it_was_sent_is_not_sent_late() {
    let stack = Stack::set().await;
    let api = stack.api("20000").await;
    let (proxy, database) = stack.way_to_the_database().await;
    let hasty: Vec<_> = HASTY
        .into_iter()
        .chain([("DATABASE_URL", database.as_str())])
        .collect();
    let mut zombie = stack.worker(&hasty).await;
    let (_, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    // Whatever is sent all the same is not answered, so that nothing depends on how soon the worker is frozen.
    let hang = Trouble::Hang { commits: false };
    stack
        .sandbox
        .set_faults([Fault::always(Operation::PurchaseQuote, hang)]);
    proxy.slow(Duration::from_millis(300));
    let booked = tokio::spawn(send(api.post(&stack.http, BOOKINGS, &order)));
    journalled(&stack).await;
    zombie.sigstop().unwrap();

    let mut heir = stack.worker(&HASTY).await;
    let (status, _, body) = booked.await.unwrap();
    let unknown = (202, Some("outcome_unknown"));
    assert_eq!((status, body["booking"]["status"].as_str()), unknown, "{body}");
    heir.sigterm().unwrap();
    ends_with(&mut heir, 0, Duration::from_secs(15)).await;
    // None, unless the machine paused just before.
    let sent = stack.sandbox.ledger().attempts.len();

    zombie.sigcont().unwrap();
    proxy.pass().await.unwrap();
    let (status, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    assert_eq!(status, 201, "{priced}");
    zombie.sigterm().unwrap();
    ends_with(&mut zombie, 0, Duration::from_secs(20)).await;
    assert_eq!(stack.sandbox.ledger().attempts.len(), sent);
}

/// Waits until a purchase is written down as about to be sent.
async fn journalled(stack: &Stack) {
    let session = stack.session().await;
    let sql = "SELECT count(*) FROM bookings WHERE status <> 'requested'";
    let deadline = Instant::now() + DEADLINE;
    while session.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(Instant::now() < deadline, "nothing is about to be sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
