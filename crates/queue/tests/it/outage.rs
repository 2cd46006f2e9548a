//! Redis away, restarted, wiped.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::{Error, Queue};
use tokio::time::Instant;

use crate::support::*;

async fn publish_one(queue: &Queue) {
    let message = message(Kind::Quote);
    eventually("it is published", async || {
        queue.publish(std::slice::from_ref(&message)).await.is_ok()
    })
    .await;
}

/// P16: a server that is down at start is waited for, and a command says at once that it is.
#[tokio::test]
async fn a_server_that_is_down_at_start_is_found_when_it_comes() {
    let mut server = Server::reserved();
    let queue = soon("connecting returns", connect(&server)).await;
    let begun = Instant::now();
    let refused = queue.publish(&messages(Kind::Quote, 1)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(queue.ping().await.is_err_and(|error| error.is_transient()));
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    server.restart();
    publish_one(&queue).await;
    soon("it is consumed", seen.recv()).await.unwrap();
    running.drain().await;
}

/// P20: a server that accepts commands and does not answer holds nobody up.
#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time() {
    let server = Server::start();
    let queue = connect(&server).await;
    server.command(&["CLIENT", "PAUSE", "4000", "ALL"]);
    let begun = Instant::now();
    let refused = queue.publish(&messages(Kind::Quote, 1)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    publish_one(&queue).await;
}

/// P16, P17: after a wipe the group is made again, and the owner of the truth is told.
#[tokio::test]
async fn a_wiped_server_is_recovered_from_and_reported() {
    let server = Server::start();
    let queue = connect(&server).await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    publish_one(&queue).await;
    soon("it is consumed", seen.recv()).await.unwrap();
    let mut losses = queue.losses();
    losses.mark_unchanged();
    for _ in 0..3 {
        server.command(&["FLUSHALL"]);
        soon("the loss is reported", losses.changed()).await.unwrap();
        publish_one(&queue).await;
        soon("it is consumed", seen.recv()).await.unwrap();
    }
    running.drain().await;
}

/// P16, P17.
#[tokio::test]
async fn a_server_that_was_killed_and_comes_back_empty_is_recovered_from_and_reported() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    publish_one(&queue).await;
    soon("it is consumed", seen.recv()).await.unwrap();
    let mut losses = queue.losses();
    losses.mark_unchanged();
    server.kill();
    eventually("the loss is noticed", async || queue.ping().await.is_err()).await;
    server.restart();
    soon("the loss is reported", losses.changed()).await.unwrap();
    publish_one(&queue).await;
    soon("it is consumed", seen.recv()).await.unwrap();
    running.drain().await;
}

/// A server that comes back from an older snapshot still has its group, so only its run id tells.
#[tokio::test]
async fn a_restarted_server_is_reported_though_no_group_is_missing() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    let mut losses = queue.losses();
    server.restart();
    soon("the loss is reported", losses.changed()).await.unwrap();
}

/// What finished while Redis was away is acknowledged when it is back.
#[tokio::test]
async fn an_acknowledgement_is_tried_until_redis_is_back() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    publish_one(&queue).await;
    soon("it runs", seen.recv()).await.unwrap();
    let stream = queue.names().jobs(Kind::Quote);
    server.refuse("xack");
    gate.open();
    eventually("it was refused", async || server.rejected("xack") >= 2).await;
    assert_eq!(server.pending(&stream), 1);
    server.allow("xack");
    eventually("it is acknowledged", async || server.pending(&stream) == 0).await;
    assert!(seen.try_recv().is_err(), "it ran once");
    running.drain().await;
}
