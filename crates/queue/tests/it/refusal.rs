//! Errors that the server gives.

use loadsure_core::job::Kind;
use loadsure_queue::{Config, Error, Queue};

use crate::support::*;

/// P18.
#[tokio::test]
async fn a_full_server_is_told_from_one_that_is_away() {
    let server = Server::start();
    let queue = connect(&server).await;
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let refused = queue.publish(&messages(Kind::Quote, 1)).await;
    assert!(matches!(refused, Err(Error::OutOfMemory(_))), "{refused:?}");
    queue.ping().await.unwrap();
}

/// P16, P18: a fail-over leaves the connection on what is now a replica; it is made again until it finds the primary.
#[tokio::test]
async fn a_replica_is_told_from_a_server_that_is_away_and_left() {
    let server = Server::start();
    let queue = connect(&server).await;
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    let refused = queue.publish(&messages(Kind::Quote, 1)).await;
    assert!(matches!(refused, Err(Error::ReadOnly(_))), "{refused:?}");
    server.command(&["REPLICAOF", "NO", "ONE"]);
    let message = messages(Kind::Quote, 1);
    eventually("it is published", async || queue.publish(&message).await.is_ok()).await;
}

#[tokio::test]
async fn settings_that_can_never_work_are_an_error() {
    let refused = Queue::connect(&Config::new("postgres://127.0.0.1/", "test")).await;
    assert!(matches!(refused, Err(Error::Config(_))), "{refused:?}");
}

/// P30.
#[test]
fn the_password_is_not_shown() {
    let config = Config::new("redis://user:hunter2@127.0.0.1/", "test");
    assert!(!format!("{config:?}").contains("hunter2"));
}
