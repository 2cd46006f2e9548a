//! What SIGTERM does to the programs while there is work.

use std::time::Duration;

use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::stack::{BOOKINGS, DEADLINE, HASTY, QUOTES, Stack, ends_with, quote, send};

/// Waits until nobody listens any more.
async fn is_closed(url: &str) {
    let address = url.trim_start_matches("http://").to_owned();
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect(&address).await.is_ok() {
        assert!(Instant::now() < deadline, "the port stays open");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// P25: whoever waits when the API is told to end gets the result; nobody else gets in.
#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_is_told_to_end_answers_those_who_wait_and_lets_no_one_in() {
    let stack = Stack::set().await;
    let (mut api, _worker) = (stack.api("20000").await, stack.worker(&[]).await);
    let slow = Trouble::Slow {
        ms: 1_500,
        commits: true,
    };
    stack.sandbox.set_faults([Fault::always(Operation::Quote, slow)]);
    let waiting: Vec<_> = (0..4)
        .map(|_| tokio::spawn(send(api.post(&stack.http, QUOTES, &quote()))))
        .collect();
    stack.asked(Operation::Quote, 4).await;

    api.process.sigterm().unwrap();
    is_closed(&api.url).await;

    for one in waiting {
        let (status, _, body) = one.await.unwrap();
        assert_eq!((status, body["quote"]["status"].as_str()), (201, Some("active")));
    }
    ends_with(&mut api.process, 0, Duration::from_secs(10)).await;
}

/// P25, P27: who cannot be given a result in time is told where it will be, and finds it there.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_api_accepted_before_it_ended_is_done_without_it() {
    let stack = Stack::set().await;
    let mut api = stack.api("4000").await;
    let waiting = tokio::spawn(send(api.post(&stack.http, QUOTES, &quote())));
    stack.accepted(1).await;

    api.process.sigterm().unwrap();

    let (status, location, _) = waiting.await.unwrap();
    assert_eq!(status, 202);
    ends_with(&mut api.process, 0, Duration::from_secs(10)).await;
    let (other, _worker) = (stack.api("4000").await, stack.worker(&[]).await);
    let deadline = Instant::now() + DEADLINE;
    loop {
        let (status, _, body) = send(stack.http.get(format!("{}{location}", other.url))).await;
        if (status, body["quote"]["status"].as_str()) == (200, Some("active")) {
            return;
        }
        assert!(Instant::now() < deadline, "{status} {body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_is_told_twice_ends_at_once() {
    let stack = Stack::set().await;
    let (mut api, _worker) = (stack.api("100000").await, stack.worker(&[]).await);
    let hang = Trouble::Hang { commits: false };
    stack.sandbox.set_faults([Fault::always(Operation::Quote, hang)]);
    let waiting = tokio::spawn(api.post(&stack.http, QUOTES, &quote()).send());
    stack.asked(Operation::Quote, 1).await;
    api.process.sigterm().unwrap();
    is_closed(&api.url).await;
    assert!(
        api.process.exited().unwrap().is_none(),
        "it waits for the request"
    );

    api.process.sigterm().unwrap();

    ends_with(&mut api.process, 130, Duration::from_secs(10)).await;
    waiting.abort();
}

/// P3, P21, P25: jobs that cannot be ended within the drain are left to another worker; the purchase among them is not
/// made again.
#[tokio::test(flavor = "multi_thread")]
async fn what_outlasts_the_drain_is_taken_over_by_another_worker() {
    let stack = Stack::set().await;
    let api = stack.api("20000").await;
    let (proxy, database) = stack.way_to_the_database().await;
    let hasty: Vec<_> = HASTY
        .into_iter()
        .chain([("DATABASE_URL", database.as_str())])
        .collect();
    let mut worker = stack.worker(&hasty).await;
    let (_, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    let slow = Trouble::Slow {
        ms: 400,
        commits: true,
    };
    stack.sandbox.set_faults([
        Fault::once(Operation::Quote, slow),
        Fault::once(Operation::PurchaseQuote, slow),
    ]);
    let quoted = tokio::spawn(send(api.post(&stack.http, QUOTES, &quote())));
    let booked = tokio::spawn(send(api.post(&stack.http, BOOKINGS, &order)));
    stack.asked(Operation::Quote, 2).await;
    stack.asked(Operation::PurchaseQuote, 1).await;
    proxy.pause();

    worker.sigterm().unwrap();
    ends_with(&mut worker, 0, Duration::from_secs(15)).await;
    let _other = stack.worker(&HASTY).await;

    let (status, _, body) = quoted.await.unwrap();
    assert_eq!(
        (status, body["quote"]["status"].as_str()),
        (201, Some("active")),
        "{body}"
    );
    let (status, _, body) = booked.await.unwrap();
    let unknown = (202, Some("outcome_unknown"));
    assert_eq!((status, body["booking"]["status"].as_str()), unknown, "{body}");
    assert_eq!(stack.sandbox.ledger().attempts.len(), 1);
}
