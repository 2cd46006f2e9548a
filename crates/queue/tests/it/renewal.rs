//! Keeping work in progress.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::ConsumerConfig;

use crate::support::*;

/// P22: the claim on a job lives as long as the work, neither shorter nor longer.
#[tokio::test]
async fn long_work_is_renewed_and_runs_once() {
    let server = Server::start();
    let (first, second) = (connect(&server).await, connect(&server).await);
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let working = Running::start(&first, config(Kind::Booking, 1), handler).await;
    first.publish(&messages(Kind::Booking, 1)).await.unwrap();
    soon("it runs", seen.recv()).await.unwrap();
    let (handler, mut stolen) = reporting(Gate::opened());
    let waiting = Running::start(&second, config(Kind::Booking, 1), handler).await;
    // The busy consumer does not look for abandoned work, so these are the other's, 50 ms apart: five idle times.
    let before = server.calls("xautoclaim");
    eventually("the other looks often", async || {
        server.calls("xautoclaim") >= before + 30
    })
    .await;
    assert!(stolen.try_recv().is_err());
    gate.open();
    let stream = first.names().jobs(Kind::Booking);
    eventually("it is acknowledged", async || server.pending(&stream) == 0).await;
    assert!(stolen.try_recv().is_err() && seen.try_recv().is_err());
    working.drain().await;
    waiting.drain().await;
}

/// P2: who lost its claim learns of it, and does not take it back from the new owner.
#[tokio::test]
async fn a_handler_learns_that_its_entry_was_taken_over() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let running = Running::start(&queue, config(Kind::Booking, 1), handler).await;
    queue.publish(&messages(Kind::Booking, 1)).await.unwrap();
    let delivery = soon("it runs", seen.recv()).await.unwrap();
    assert!(!delivery.lost.is_cancelled());
    let (stream, id) = (queue.names().jobs(Kind::Booking), delivery.id.to_string());
    server.command(&["XCLAIM", &stream, "workers", "other", "0", &id]);
    soon("it learns", delivery.lost.cancelled()).await;
    let owner = ["XPENDING", &stream, "workers", "-", "+", "1", "other"];
    assert!(matches!(server.command(&owner), Answer::List(entries) if entries.len() == 1));
    gate.open();
    running.drain().await;
}

/// P21, P22: whatever the server says about the age of an entry, it runs once at a time in one process.
#[tokio::test]
async fn an_entry_in_progress_is_not_started_again_in_the_same_process() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    // Renewed so seldom that this process itself sees its entry as abandoned.
    let forgetful = ConsumerConfig {
        reclaim_idle: Duration::from_secs(3600),
        ..config(Kind::Quote, 4)
    };
    let running = Running::start(&queue, forgetful, handler).await;
    queue.publish(&messages(Kind::Quote, 1)).await.unwrap();
    let delivery = soon("it runs", seen.recv()).await.unwrap();
    let (stream, id) = (queue.names().jobs(Kind::Quote), delivery.id.to_string());
    let (name, idle) = (queue.instance(), "7200000");
    server.command(&[
        "XCLAIM", &stream, "workers", name, "0", &id, "IDLE", idle, "JUSTID",
    ]);
    let before = server.calls("xautoclaim");
    eventually("it is claimed again", async || {
        server.calls("xautoclaim") >= before + 5
    })
    .await;
    let claimed = ["XPENDING", &stream, "workers", "IDLE", "3600000", "-", "+", "1"];
    assert_eq!(
        server.command(&claimed),
        Answer::List(Vec::new()),
        "the reclaim took it"
    );
    assert!(seen.try_recv().is_err());
    gate.open();
    running.drain().await;
}
