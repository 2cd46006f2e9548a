//! Stopping.

use std::collections::HashSet;
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::{ConsumerConfig, Lag};
use tokio::time::Instant;

use crate::support::*;

/// P25.
#[tokio::test]
async fn what_is_in_flight_finishes_and_nothing_new_is_read() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let running = Running::start(&queue, config(Kind::Booking, 4), handler).await;
    queue.publish(&messages(Kind::Booking, 1)).await.unwrap();
    soon("one runs", seen.recv()).await.unwrap();
    running.stop.cancel();
    queue.publish(&messages(Kind::Booking, 5)).await.unwrap();
    gate.open();
    running.drain().await;
    assert!(seen.try_recv().is_err());
    let sample = queue.sample(Kind::Booking).await.unwrap();
    // An entry that the read brought in the instant of stopping was handed back: unread again.
    assert_eq!((sample.lag, sample.pending), (Lag::Known(5), 0));
}

/// P25: a stop does not wait for a blocked read to end by itself.
#[tokio::test]
async fn a_blocked_read_ends_when_the_consumer_stops() {
    let server = Server::start();
    let queue = connect(&server).await;
    let hour = Duration::from_secs(3600);
    let patient = ConsumerConfig {
        block: hour,
        reclaim_every: hour,
        ..config(Kind::Quote, 2)
    };
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, patient, handler).await;
    queue.publish(&messages(Kind::Quote, 1)).await.unwrap();
    soon("it runs", seen.recv()).await.unwrap();
    let stopped = Instant::now();
    running.drain().await;
    assert!(stopped.elapsed() < Duration::from_secs(5));
}

/// P17, P21: whenever a consumer stops, what it had not finished is worked on by the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_read_loses_nothing() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::opened();
    let (mut published, mut handled) = (HashSet::new(), HashSet::new());
    for round in 0..30_u64 {
        let worker = connect(&server).await;
        let (handler, mut seen) = reporting(gate.clone());
        let running = Running::start(&worker, config(Kind::Quote, 3), handler).await;
        let batch = messages(Kind::Quote, 10);
        published.extend(batch.iter().map(|message| message.job));
        let publishing = tokio::spawn({
            let queue = queue.clone();
            async move {
                for message in &batch {
                    queue.publish(std::slice::from_ref(message)).await.unwrap();
                }
            }
        });
        // A different moment each round.
        tokio::time::sleep(Duration::from_micros(round * 150)).await;
        running.drain().await;
        publishing.await.unwrap();
        while let Ok(delivery) = seen.try_recv() {
            handled.insert(delivery.message.job);
        }
    }
    let (handler, mut seen) = reporting(gate);
    let running = Running::start(&queue, config(Kind::Quote, 8), handler).await;
    while handled.len() < published.len() {
        handled.insert(
            soon("every job is handled", seen.recv())
                .await
                .unwrap()
                .message
                .job,
        );
    }
    assert_eq!(handled, published);
    running.drain().await;
    assert_eq!(server.pending(&queue.names().jobs(Kind::Quote)), 0);
}

/// A caller that gives up waiting leaves the jobs to others, as a crash does.
#[tokio::test]
async fn jobs_of_an_abandoned_drain_are_reclaimed() {
    let server = Server::start();
    let (first, second) = (connect(&server).await, connect(&server).await);
    let (handler, mut seen) = reporting(Gate::closed());
    let stuck = Running::start(&first, config(Kind::Quote, 1), handler).await;
    first.publish(&messages(Kind::Quote, 1)).await.unwrap();
    soon("it runs", seen.recv()).await.unwrap();
    stuck.stop.cancel();
    stuck.crash().await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&second, config(Kind::Quote, 1), handler).await;
    assert!(soon("it is taken over", seen.recv()).await.unwrap().reclaimed);
    running.drain().await;
}
