//! Waiting for results.

use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use loadsure_queue::{Message, Queue, Replies};
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// A worker that answers every quote.
async fn answering(queue: &Queue) -> Running {
    let handler = On(|delivery: loadsure_queue::Delivery| async move { done(delivery.message.job) });
    Running::start(queue, config(Kind::Quote, 8), handler).await
}

fn asking(replies: &Replies) -> Message {
    Message {
        reply_to: Some(replies.stream_name().to_owned()),
        ..message(Kind::Quote)
    }
}

#[tokio::test]
async fn a_reply_wakes_its_waiters_and_nobody_else() {
    let server = Server::start();
    let (api, worker) = (
        connect_as(&server, "api").await,
        connect_as(&server, "worker").await,
    );
    let replies = Replies::start(&api).await.unwrap();
    let _running = answering(&worker).await;
    let message = asking(&replies);
    let (first, second) = (replies.wait_for(message.job), replies.wait_for(message.job));
    let other = replies.wait_for(JobId::generate());
    api.publish(std::slice::from_ref(&message)).await.unwrap();
    let (first, second) = soon("both wake", async { tokio::join!(first, second) }).await;
    assert_eq!(first.map(|reply| reply.job), Some(message.job));
    assert_eq!(second.map(|reply| reply.outcome), Some("done".to_owned()));
    assert_eq!(replies.waiting(), 1);
    drop(other);
    assert_eq!(replies.waiting(), 0, "P23: a waiter leaves nothing behind");
}

/// P26: the cost of waiting does not depend on how many wait, or for how long.
#[tokio::test]
async fn waiting_does_not_poll() {
    let server = Server::start();
    let (api, worker) = (
        connect_as(&server, "api").await,
        connect_as(&server, "worker").await,
    );
    let replies = Replies::start(&api).await.unwrap();
    let waiters: Vec<_> = (0..500).map(|_| replies.wait_for(JobId::generate())).collect();
    let before = server.calls("xread") + server.calls("xrevrange") + server.calls("xrange");
    let _running = answering(&worker).await;
    // A hundred jobs come and go one after the other while the five hundred wait.
    for _ in 0..100 {
        let message = asking(&replies);
        let waiter = replies.wait_for(message.job);
        api.publish(std::slice::from_ref(&message)).await.unwrap();
        soon("the reply arrives", waiter).await.unwrap();
    }
    let reads = server.calls("xread") + server.calls("xrevrange") + server.calls("xrange") - before;
    assert!(reads <= 120, "{reads} reads for 100 replies");
    assert_eq!(server.calls("get") + server.calls("exists"), 0);
    drop(waiters);
}

#[tokio::test]
async fn waiting_goes_on_after_the_server_was_restarted_empty() {
    let mut server = Server::start();
    let (api, worker) = (
        connect_as(&server, "api").await,
        connect_as(&server, "worker").await,
    );
    let replies = Replies::start(&api).await.unwrap();
    let mut gaps = replies.reconnected();
    let _running = answering(&worker).await;
    server.restart();
    soon("the gap is reported", gaps.changed()).await.unwrap();
    let later = replies.reconnected().has_changed().unwrap();
    assert!(!later, "whoever begins to wait now has missed nothing");
    let message = asking(&replies);
    let waiter = replies.wait_for(message.job);
    eventually("it is published", async || {
        api.publish(std::slice::from_ref(&message)).await.is_ok()
    })
    .await;
    assert!(soon("the reply arrives", waiter).await.is_some());
}

#[tokio::test]
async fn a_reply_stream_expires_and_is_deleted_by_a_clean_stop() {
    let server = Server::start();
    let (api, worker) = (
        connect_as(&server, "api").await,
        connect_as(&server, "worker").await,
    );
    let replies = Replies::start(&api).await.unwrap();
    let stream = replies.stream_name().to_owned();
    let _running = answering(&worker).await;
    let message = asking(&replies);
    let waiter = replies.wait_for(message.job);
    api.publish(std::slice::from_ref(&message)).await.unwrap();
    soon("the reply arrives", waiter).await.unwrap();
    eventually("it expires some day", async || {
        server.number(&["TTL", &stream]) > 0
    })
    .await;
    let orphan = replies.wait_for(JobId::generate());
    replies.close().await;
    assert_eq!(soon("the waiter is released", orphan).await, None);
    assert_eq!(server.number(&["EXISTS", &stream]), 0);
}

/// A reply that came before anyone waited is not kept; the caller looks into PostgreSQL after registering.
#[tokio::test]
async fn a_stopped_wait_is_no_error() {
    let server = Server::start();
    let api = connect_as(&server, "api").await;
    let replies = Replies::start(&api).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    assert!(
        stop.run_until_cancelled(replies.wait_for(JobId::generate()))
            .await
            .is_none()
    );
    assert_eq!(replies.waiting(), 0);
}
