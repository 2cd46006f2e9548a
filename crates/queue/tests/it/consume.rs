//! The ordinary way of a job.

use loadsure_core::job::Kind;

use crate::support::*;

#[tokio::test]
async fn a_published_job_is_consumed_and_acknowledged() {
    let server = Server::start();
    let queue = connect(&server).await;
    let published = message(Kind::Quote);
    let ids = queue.publish(std::slice::from_ref(&published)).await.unwrap();
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    let delivery = soon("the job arrives", seen.recv()).await.unwrap();
    assert_eq!((delivery.message, delivery.id), (published, ids[0]));
    assert_eq!((delivery.deliveries, delivery.reclaimed), (1, false));
    let stream = queue.names().jobs(Kind::Quote);
    eventually("it is acknowledged", async || server.pending(&stream) == 0).await;
    running.drain().await;
}

#[tokio::test]
async fn ids_come_in_the_order_of_the_messages() {
    let server = Server::start();
    let queue = connect(&server).await;
    let ids = queue.publish(&messages(Kind::Webhook, 600)).await.unwrap();
    assert_eq!(ids.len(), 600);
    assert!(ids.is_sorted());
    assert!(queue.publish(&[]).await.unwrap().is_empty());
}

/// P21: an entry is acknowledged because its work is done, not because it was seen.
#[tokio::test]
async fn an_entry_is_acknowledged_only_after_its_handler_finished() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let running = Running::start(&queue, config(Kind::Booking, 4), handler).await;
    queue.publish(&messages(Kind::Booking, 3)).await.unwrap();
    for _ in 0..3 {
        soon("all run", seen.recv()).await.unwrap();
    }
    let stream = queue.names().jobs(Kind::Booking);
    assert_eq!((server.pending(&stream), server.calls("xack")), (3, 0));
    gate.open();
    eventually("all are acknowledged", async || server.pending(&stream) == 0).await;
    running.drain().await;
}

/// No more is taken than there are slots, so that a busy worker keeps nothing from an idle one.
#[tokio::test]
async fn a_busy_consumer_takes_nothing_into_its_memory() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    queue.publish(&messages(Kind::Quote, 10)).await.unwrap();
    let running = Running::start(&queue, config(Kind::Quote, 2), handler).await;
    for _ in 0..2 {
        soon("two run", seen.recv()).await.unwrap();
    }
    let stream = queue.names().jobs(Kind::Quote);
    assert_eq!(server.pending(&stream), 2);
    gate.open();
    for _ in 0..8 {
        soon("the rest runs", seen.recv()).await.unwrap();
    }
    running.drain().await;
    assert_eq!(server.pending(&stream), 0);
}

#[tokio::test]
async fn a_busy_kind_does_not_block_another() {
    let server = Server::start();
    let queue = connect(&server).await;
    let (never, _) = reporting(Gate::closed());
    let stuck = Running::start(&queue, config(Kind::SupportData, 1), never).await;
    let (handler, mut seen) = reporting(Gate::opened());
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    queue.publish(&messages(Kind::SupportData, 5)).await.unwrap();
    let quote = message(Kind::Quote);
    queue.publish(std::slice::from_ref(&quote)).await.unwrap();
    let delivery = soon("the quote runs", seen.recv()).await.unwrap();
    assert_eq!(delivery.message.job, quote.job);
    running.drain().await;
    stuck.crash().await;
}

/// A worker adapts its slots to the insurer's health while it runs.
#[tokio::test]
async fn more_slots_take_more_at_once() {
    let server = Server::start();
    let queue = connect(&server).await;
    let gate = Gate::closed();
    let (handler, mut seen) = reporting(gate.clone());
    let config = config(Kind::Quote, 1);
    let slots = config.slots.clone();
    let running = Running::start(&queue, config, handler).await;
    queue.publish(&messages(Kind::Quote, 4)).await.unwrap();
    soon("one runs", seen.recv()).await.unwrap();
    assert!(slots.is_crowded(), "others wait for its slot");
    slots.set_limit(4);
    for _ in 0..3 {
        soon("the others run", seen.recv()).await.unwrap();
    }
    gate.open();
    eventually("a read finds fewer than there are slots", async || {
        !slots.is_crowded()
    })
    .await;
    running.drain().await;
    assert_eq!(slots.taken(), 0);
}

/// P56: consumers are told apart also when a container keeps its name over a restart.
#[tokio::test]
async fn two_boots_of_one_instance_have_different_names() {
    let server = Server::start();
    let (first, second) = (
        connect_as(&server, "worker-1").await,
        connect_as(&server, "worker-1").await,
    );
    assert!(first.instance().starts_with("worker-1-"));
    assert_ne!(first.instance(), second.instance());
}
