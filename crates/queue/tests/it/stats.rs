//! What the monitor sees.

use loadsure_core::job::Kind;
use loadsure_queue::{Lag, Unknown};

use crate::support::*;

#[tokio::test]
async fn a_sample_tells_unread_pending_and_ages() {
    let server = Server::start();
    let queue = connect(&server).await;
    let (handler, mut seen) = reporting(Gate::closed());
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    queue.publish(&messages(Kind::Quote, 5)).await.unwrap();
    for _ in 0..2 {
        soon("two run", seen.recv()).await.unwrap();
    }
    let sample = queue.sample(Kind::Quote).await.unwrap();
    assert_eq!(
        (sample.length, sample.lag, sample.pending, sample.consumers),
        (5, Lag::Known(3), 2, 1)
    );
    assert_eq!(
        (sample.entries_added, sample.entries_read, sample.group_exists),
        (5, Some(2), true)
    );
    assert!(sample.oldest_unread_age_ms.is_some_and(|age| age < 60_000));
    assert!(sample.oldest_pending_age_ms >= sample.oldest_unread_age_ms);
    assert!(sample.server_time_ms > 1_700_000_000_000);
    running.crash().await;
}

/// S1: the server answers NULL after `XDEL`; taken for zero it would look idle over a backlog.
#[tokio::test]
async fn a_deleted_entry_makes_the_lag_unknown_to_the_server_and_the_count_takes_over() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    server.command(&["XGROUP", "CREATE", &stream, "workers", "0", "MKSTREAM"]);
    let ids = queue.publish(&messages(Kind::Quote, 6)).await.unwrap();
    server.command(&[
        "XREADGROUP",
        "GROUP",
        "workers",
        "one",
        "COUNT",
        "1",
        "STREAMS",
        &stream,
        ">",
    ]);
    server.command(&["XDEL", &stream, &ids[3].to_string()]);
    let Answer::List(groups) = server.command(&["XINFO", "GROUPS", &stream]) else {
        panic!()
    };
    let Answer::List(group) = &groups[0] else { panic!() };
    assert_eq!(group.last(), Some(&Answer::Nil), "the server does not know");
    assert_eq!(queue.sample(Kind::Quote).await.unwrap().lag, Lag::Known(4));
}

/// S1, S2: a backlog that cannot be counted is unknown, and never the length of the stream.
#[tokio::test]
async fn a_backlog_beyond_the_bound_of_the_count_is_unknown() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().jobs(Kind::Quote);
    server.command(&["XGROUP", "CREATE", &stream, "workers", "0", "MKSTREAM"]);
    let ids = queue.publish(&messages(Kind::Quote, 10_010)).await.unwrap();
    server.command(&["XDEL", &stream, &ids[3].to_string()]);
    let sample = queue.sample(Kind::Quote).await.unwrap();
    assert_eq!(sample.lag, Lag::Unknown(Unknown::MoreThan(10_000)));
}

/// S2: a stream or group that is missing is neither an empty nor a full queue.
#[tokio::test]
async fn a_missing_group_is_unknown() {
    let server = Server::start();
    let queue = connect(&server).await;
    let nothing = queue.sample(Kind::Quote).await.unwrap();
    assert_eq!(
        (nothing.lag, nothing.group_exists),
        (Lag::Unknown(Unknown::NoGroup), false)
    );
    queue.publish(&messages(Kind::Quote, 3)).await.unwrap();
    let ungrouped = queue.sample(Kind::Quote).await.unwrap();
    assert_eq!(
        (ungrouped.lag, ungrouped.length),
        (Lag::Unknown(Unknown::NoGroup), 3)
    );
}

/// S2.
#[tokio::test]
async fn no_answer_is_an_error_and_no_sample() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    server.kill();
    assert!(queue.sample(Kind::Quote).await.is_err());
}

/// S6: acknowledged entries stay in the stream until they are trimmed, and are no work.
#[tokio::test]
async fn finished_work_is_no_backlog() {
    let server = Server::start();
    let queue = connect(&server).await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 4), handler).await;
    queue.publish(&messages(Kind::Quote, 8)).await.unwrap();
    for _ in 0..8 {
        soon("all run", seen.recv()).await.unwrap();
    }
    running.drain().await;
    let sample = queue.sample(Kind::Quote).await.unwrap();
    assert_eq!((sample.length, sample.lag, sample.pending), (8, Lag::Known(0), 0));
    assert_eq!(
        (sample.oldest_unread_age_ms, sample.oldest_pending_age_ms),
        (None, None)
    );
}
