//! Signs of life and upkeep.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, answer, application, eventually};

const WINDOW: Duration = Duration::from_secs(60);

/// P24, P56: what a worker says of itself is true, and that it drains is told while it does.
#[tokio::test]
async fn a_worker_tells_what_it_does_and_that_it_drains() {
    let stage = Stage::set().await;
    let worker = stage.worker().await;
    stage.priced().await;
    let slow = Trouble::Slow {
        ms: 1_500,
        commits: false,
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    eventually("the insurer is asked", async || {
        stage.sandbox.requests(Operation::Quote).len() == 2
    })
    .await;

    let stopping = tokio::spawn(worker.stop());
    eventually("it says that it drains", async || {
        let seen = stage.queue.recent_heartbeats(WINDOW).await.unwrap();
        seen.len() == 1 && seen[0].heartbeat.draining
    })
    .await;
    let seen = stage.queue.recent_heartbeats(WINDOW).await.unwrap();
    let quotes = seen[0].heartbeat.kinds["quote"];
    assert_eq!((quotes.slots, quotes.in_flight, quotes.completed), (3, 1, 1));
    assert!(quotes.service_ms.is_some());

    assert!(stopping.await.unwrap(), "all was finished");
    assert_eq!(answer(waiter).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
}

/// A stream of jobs does not grow for ever.
#[tokio::test]
async fn entries_that_are_done_with_are_trimmed() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    for _ in 0..3 {
        stage.priced().await;
    }
    // The last one tells how far the group has read.
    eventually("the stream is trimmed", async || {
        stage.queue.sample(Kind::Quote).await.unwrap().length == 1
    })
    .await;
}
