//! Taking over the work of dead consumers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::{ConsumerConfig, Delivery, Outcome};
use tokio::sync::mpsc;

use crate::support::*;

/// P3, P21: a crash between the work and the acknowledgement costs a delay, not the job.
#[tokio::test]
async fn work_of_a_dead_consumer_is_taken_over() {
    let server = Server::start();
    let (first, second) = (connect(&server).await, connect(&server).await);
    let published = messages(Kind::Booking, 3);
    first.publish(&published).await.unwrap();
    let (handler, mut seen) = reporting(Gate::closed());
    let dead = Running::start(&first, config(Kind::Booking, 4), handler).await;
    for _ in 0..3 {
        soon("the first consumer takes them", seen.recv()).await.unwrap();
    }
    dead.crash().await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&second, config(Kind::Booking, 1), handler).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let delivery = soon("the second takes over", seen.recv()).await.unwrap();
        assert_eq!((delivery.deliveries, delivery.reclaimed), (2, true));
        jobs.push(delivery.message.job);
    }
    jobs.sort();
    let mut expected: Vec<_> = published.iter().map(|message| message.job).collect();
    expected.sort();
    assert_eq!(jobs, expected);
    let stream = first.names().jobs(Kind::Booking);
    eventually("all are acknowledged", async || server.pending(&stream) == 0).await;
    running.drain().await;
}

/// An outage of the database must not look like a job that kills its workers.
#[tokio::test]
async fn a_delivery_that_decided_nothing_comes_again_and_is_not_counted() {
    let server = Server::start();
    let queue = connect(&server).await;
    let calls = Arc::new(AtomicU64::new(0));
    let (sender, mut seen) = mpsc::unbounded_channel();
    let handler = On(move |delivery: Delivery| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        sender.send(delivery.deliveries).unwrap();
        async move {
            if call < 3 {
                Outcome::NotMine
            } else {
                done(delivery.message.job)
            }
        }
    });
    let short = ConsumerConfig {
        reclaim_idle: Duration::from_millis(60),
        ..config(Kind::Quote, 2)
    };
    let running = Running::start(&queue, short, handler).await;
    queue.publish(&messages(Kind::Quote, 1)).await.unwrap();
    for _ in 0..4 {
        assert_eq!(soon("it comes again", seen.recv()).await, Some(1));
    }
    let stream = queue.names().jobs(Kind::Quote);
    eventually("it is acknowledged", async || server.pending(&stream) == 0).await;
    running.drain().await;
}

/// An answer that was lost with its connection is noticed at once, not after `reclaim_idle`.
#[tokio::test]
async fn entries_whose_delivery_was_lost_with_the_connection_are_found() {
    let server = Server::start();
    let queue = connect(&server).await;
    let patient = ConsumerConfig {
        reclaim_idle: Duration::from_secs(3600),
        ..config(Kind::Quote, 4)
    };
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, patient, handler).await;
    queue.publish(&messages(Kind::Quote, 1)).await.unwrap();
    soon("the consumer runs", seen.recv()).await.unwrap();
    // What the server does when it answers a read on a connection that is about to break.
    let published = message(Kind::Webhook);
    let stream = queue.names().jobs(Kind::Quote);
    let mut add = vec!["XADD".to_owned(), stream.clone(), "*".to_owned()];
    let quote = loadsure_queue::Message {
        kind: Kind::Quote,
        ..published
    };
    add.extend(
        quote
            .encode()
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value]),
    );
    let add: Vec<&str> = add.iter().map(String::as_str).collect();
    let read = [
        "XREADGROUP",
        "GROUP",
        "workers",
        queue.instance(),
        "COUNT",
        "1",
        "STREAMS",
        &stream,
        ">",
    ];
    server.together(&[&add, &read, &["CLIENT", "KILL", "TYPE", "normal"]]);
    let delivery = soon("it is found", seen.recv()).await.unwrap();
    assert_eq!((delivery.message.job, delivery.reclaimed), (quote.job, true));
    running.drain().await;
}

#[tokio::test]
async fn a_consumer_that_is_idle_and_owns_nothing_is_removed() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    server.command(&["XGROUP", "CREATE", &stream, "workers", "0", "MKSTREAM"]);
    server.command(&["XGROUP", "CREATECONSUMER", &stream, "workers", "gone"]);
    let brief = ConsumerConfig {
        remove_idle: Duration::from_millis(100),
        ..config(Kind::Quote, 1)
    };
    let (handler, _seen) = reporting(Gate::opened());
    let running = Running::start(&queue, brief, handler).await;
    let consumers = async || match server.command(&["XINFO", "CONSUMERS", &stream, "workers"]) {
        Answer::List(consumers) => consumers.len() == 1,
        other => panic!("{other:?}"),
    };
    eventually("only the live one is left", consumers).await;
    running.drain().await;
}
