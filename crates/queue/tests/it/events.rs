//! The event stream and its followers.

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_queue::{Delivery, Event, Events, From, Notice, Outcome};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::*;

fn event(kind: &str) -> Event {
    Event {
        kind: kind.to_owned(),
        tenant: Some(TenantId::generate()),
        subjects: [
            ("quote".to_owned(), Uuid::now_v7()),
            ("booking".to_owned(), Uuid::now_v7()),
        ]
        .into(),
        job: Some(JobId::generate()),
        at: OffsetDateTime::now_utc(),
    }
}

async fn next_event(events: &mut Events) -> Event {
    loop {
        if let Notice::Event(_, event) = soon("an event comes", events.next()).await {
            return event;
        }
    }
}

#[tokio::test]
async fn every_subscriber_hears_every_event_from_its_beginning_on() {
    let server = Server::start();
    let queue = connect(&server).await;
    let (first, second) = (event("quote.priced"), event("booking.bought"));
    let id = queue.emit(&first).await.unwrap();
    let mut all = Events::subscribe(&queue, From::Start).await.unwrap();
    let mut later = Events::subscribe(&queue, From::Now).await.unwrap();
    let mut after = Events::subscribe(&queue, From::After(id)).await.unwrap();
    queue.emit(&second).await.unwrap();
    assert_eq!(next_event(&mut all).await, first);
    for events in [&mut all, &mut later, &mut after] {
        assert_eq!(next_event(events).await, second);
    }
}

#[tokio::test]
async fn the_outcome_of_a_job_carries_its_event() {
    let server = Server::start();
    let queue = connect(&server).await;
    let mut events = Events::subscribe(&queue, From::Now).await.unwrap();
    let said = event("quote.priced");
    let handler = On({
        let said = said.clone();
        move |_: Delivery| {
            let event = Some(said.clone());
            async move { Outcome::Finished { reply: None, event } }
        }
    });
    let running = Running::start(&queue, config(Kind::Quote, 1), handler).await;
    queue.publish(&messages(Kind::Quote, 1)).await.unwrap();
    assert_eq!(next_event(&mut events).await, said);
    running.drain().await;
}

/// P16: a follower goes on after a restart, and says that something may be missing.
#[tokio::test]
async fn a_follower_survives_an_empty_restart_and_reports_the_gap() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    let mut events = Events::subscribe(&queue, From::Now).await.unwrap();
    queue.emit(&event("before")).await.unwrap();
    assert_eq!(next_event(&mut events).await.kind, "before");
    server.restart();
    assert_eq!(soon("the gap is reported", events.next()).await, Notice::Gap);
    let after = event("after");
    eventually("it is emitted", async || queue.emit(&after).await.is_ok()).await;
    assert_eq!(next_event(&mut events).await, after);
}

/// A server with a clock that is behind gives smaller ids than those already seen.
#[tokio::test]
async fn a_stream_that_begins_anew_with_smaller_ids_is_followed() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().events();
    server.command(&[
        "XADD",
        &stream,
        "9999999999999-0",
        "kind",
        "future",
        "at",
        "2026-01-01T00:00:00Z",
    ]);
    let mut events = Events::subscribe(&queue, From::Start).await.unwrap();
    assert_eq!(next_event(&mut events).await.kind, "future");
    server.command(&["DEL", &stream]);
    queue.emit(&event("present")).await.unwrap();
    server.command(&["CLIENT", "KILL", "TYPE", "normal"]);
    assert_eq!(next_event(&mut events).await.kind, "present");
}

#[tokio::test]
async fn what_is_no_event_is_skipped() {
    let server = Server::start();
    let queue = connect(&server).await;
    let mut events = Events::subscribe(&queue, From::Start).await.unwrap();
    server.command(&["XADD", &queue.names().events(), "*", "something", "else"]);
    let said = event("quote.priced");
    queue.emit(&said).await.unwrap();
    assert_eq!(next_event(&mut events).await, said);
}
