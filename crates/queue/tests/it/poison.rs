//! What must neither block a stream nor vanish.

use loadsure_core::job::Kind;
use loadsure_queue::{Delivery, Handler, Outcome, Payload};

use crate::support::*;

/// P19, P36.
#[tokio::test]
async fn an_undecodable_entry_goes_to_the_dead_letters_and_the_stream_goes_on() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    server.command(&["XADD", &stream, "*", "v", "1", "kind", "quote", "job", "42"]);
    let good = message(Kind::Quote);
    queue.publish(std::slice::from_ref(&good)).await.unwrap();
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    assert_eq!(
        soon("the stream goes on", seen.recv()).await.unwrap().message,
        good
    );
    running.drain().await;
    assert_eq!(server.pending(&stream), 0);
    let letters = queue.dead_letters(Kind::Quote, None, 10).await.unwrap();
    let [buried] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(buried.letter.code, "undecodable");
    assert_eq!(buried.letter.text, "field \"job\" is not well-formed");
    let Payload::Raw(fields) = &buried.letter.payload else {
        panic!("{buried:?}")
    };
    assert_eq!(fields[2], ("job".to_owned(), "42".to_owned()));
}

/// An entry that is not only undecodable but also huge is buried all the same.
#[tokio::test]
async fn an_entry_of_ten_thousand_fields_is_buried_in_part() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    let long = "x".repeat(10_000);
    let mut add = vec!["XADD", &stream, "*", "long", &long];
    add.extend(["a", "b"].repeat(10_000));
    server.command(&add);
    let (handler, _seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    eventually("it is buried", async || {
        queue.dead_letter_count(Kind::Quote).await.unwrap() == 1
    })
    .await;
    running.drain().await;
    assert_eq!(server.pending(&stream), 0);
    let letters = queue.dead_letters(Kind::Quote, None, 1).await.unwrap();
    let Payload::Raw(fields) = &letters[0].letter.payload else {
        panic!()
    };
    assert_eq!((fields.len(), fields[0].1.len()), (64, 4096));
}

/// The dead letter comes first: without it the entry is not acknowledged.
#[tokio::test]
async fn an_undecodable_entry_stays_pending_until_its_dead_letter_is_written() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    server.command(&["XADD", &stream, "*", "not", "a job"]);
    server.command(&["XGROUP", "CREATE", &stream, "workers", "0"]);
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let (handler, _seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    eventually("it was tried", async || server.calls("eval") >= 2).await;
    assert_eq!(server.pending(&stream), 1);
    server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    eventually("it is buried", async || {
        queue.dead_letter_count(Kind::Quote).await.unwrap() == 1
    })
    .await;
    eventually("it is acknowledged", async || server.pending(&stream) == 0).await;
    running.drain().await;
}

/// Panics always, and says so.
struct Panicking;

impl Handler for Panicking {
    async fn handle(&self, delivery: Delivery) -> Outcome {
        panic!("{}", delivery.id)
    }

    async fn panicked(&self, delivery: Delivery) -> Outcome {
        done(delivery.message.job)
    }
}

/// P24: a panic frees its slot and is decided about by the handler.
#[tokio::test]
async fn a_panic_is_caught_and_decided_about() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    let config = config(Kind::Quote, 1);
    let slots = config.slots.clone();
    let running = Running::start(&queue, config, Panicking).await;
    queue.publish(&messages(Kind::Quote, 3)).await.unwrap();
    eventually("all are decided", async || server.calls("xack") == 3).await;
    running.drain().await;
    assert_eq!((server.pending(&stream), slots.taken()), (0, 0));
}
