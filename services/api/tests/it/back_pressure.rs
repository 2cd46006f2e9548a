//! New quotes are refused while too many wait, and nothing else ever is.

use std::collections::BTreeMap;
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Capacity, Decision, Mode, Reason};
use loadsure_queue::{Lag, StreamSample, Unknown};
use loadsure_queue_monitor::{Sample, Workers};
use serde_json::json;
use time::OffsetDateTime;

use crate::support::{BOOKINGS, QUOTES, Reply, TestApp, bodies, eventually};

const SIMPLE: &str = "/api/insurance/quotes/simple";

/// A sample as the monitor publishes it, of quotes that were looked at `age` ago.
fn sample(lag: Lag, age: Duration) -> Sample {
    let now = u64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap();
    let quotes = StreamSample {
        server_time_ms: now - u64::try_from(age.as_millis()).unwrap(),
        length: 5_000,
        lag,
        pending: 4,
        oldest_unread_age_ms: Some(1),
        oldest_pending_age_ms: Some(1),
        consumers: 1,
        entries_added: 5_000,
        entries_read: None,
        last_delivered: None,
        group_exists: true,
    };
    let capacity = Capacity {
        slots: 4,
        service_ms: Some(1_000.0),
    };
    Sample {
        version: 1,
        monitor: "monitor".to_owned(),
        at_ms: 0,
        term: 1,
        sequence: 1,
        streams: BTreeMap::from([(Kind::Quote, quotes)]),
        capacity: BTreeMap::from([(Kind::Quote, capacity)]),
        workers: Workers {
            wanted: 1,
            living: 1,
            draining: 0,
            heard: Some(1),
        },
        mode: Mode::Observe,
        stand_down: None,
        decision: Decision::new(1, Reason::Steady { unfinished: 0 }),
        outcome: None,
        actuator: "dry-run".to_owned(),
    }
}

/// 800 quotes of a second each in four slots: 200 s.
fn overload() -> Sample {
    sample(Lag::Known(800), Duration::ZERO)
}

async fn tell(app: &TestApp, sample: &Sample) {
    let stream = app.queue.names().samples();
    app.queue.append(&stream, sample, 100).await.unwrap();
}

/// Publishes a sample again and again until a new quote is answered with a status.
async fn answered(app: &TestApp, sample: Sample, status: u16) -> Reply {
    eventually(async || {
        tell(app, &sample).await;
        let reply = app.post(QUOTES, &bodies::flat()).await;
        (reply.status == status).then_some(reply)
    })
    .await
}

#[tokio::test]
async fn new_quotes_are_refused_while_those_that_wait_take_too_long() {
    let app = TestApp::start().await;
    let (booked, bookable) = (app.quoted().await, app.quoted().await);
    let booking = app.post(BOOKINGS, &TestApp::order(&booked)).await;
    assert_eq!(booking.status, 201, "{}", booking.text);
    let number = booking.json()["booking"]["policyNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    let repeated = ("Idempotency-Key", "accepted-before");
    let first = app.post_with(QUOTES, &bodies::flat(), repeated).await;
    assert_eq!(first.status, 201, "{}", first.text);

    let refused = answered(&app, overload(), 503).await;

    refused.problem(503, "overloaded");
    assert_eq!(refused.seconds("retry-after"), 200);
    app.post(SIMPLE, &bodies::flat()).await.problem(503, "overloaded");
    let new = ("Idempotency-Key", "never-seen");
    app.post_with(QUOTES, &bodies::flat(), new)
        .await
        .problem(503, "overloaded");

    let replayed = app.post_with(QUOTES, &bodies::flat(), repeated).await;
    assert_eq!(
        (replayed.status, replayed.text),
        (201, first.text),
        "a repeat is not new"
    );
    let invalid = app.post(QUOTES, &json!({})).await;
    assert_eq!(invalid.status, 422, "what is wrong is told all the same");
    let booking = app.post(BOOKINGS, &TestApp::order(&bookable)).await;
    assert_eq!(booking.status, 201, "{}", booking.text);
    let cancel = json!({"userId": "perdita@broker.example", "reason": "CANNLN"});
    let path = format!("/api/insurance/certificates/{number}/cancel");
    let cancelled = app.post(&path, &cancel).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_eq!(app.get(QUOTES).await.status, 200);
}

/// The slots would be done with them in no time, were it not for the rate of the insurer.
#[tokio::test]
async fn new_quotes_are_refused_while_the_next_in_turn_has_waited_too_long() {
    let app = TestApp::start().await;
    let mut sample = sample(Lag::Known(8), Duration::ZERO);
    sample.streams.get_mut(&Kind::Quote).unwrap().oldest_unread_age_ms = Some(150_000);

    let refused = answered(&app, sample, 503).await;

    refused.problem(503, "overloaded");
    assert_eq!(refused.seconds("retry-after"), 150);
}

#[tokio::test]
async fn quotes_are_taken_again_when_the_backlog_is_short() {
    let app = TestApp::start().await;
    answered(&app, overload(), 503).await;
    answered(&app, sample(Lag::Known(8), Duration::ZERO), 201).await;
}

/// S9: an old sample says nothing about now.
#[tokio::test]
async fn an_old_sample_refuses_nobody() {
    let app = TestApp::start().await;
    answered(&app, overload(), 503).await;
    answered(&app, sample(Lag::Known(800), Duration::from_secs(61)), 201).await;
}

/// S1: what nobody can say refuses nobody.
#[tokio::test]
async fn what_is_unknown_refuses_nobody() {
    let app = TestApp::start().await;
    answered(&app, overload(), 503).await;
    answered(&app, sample(Lag::Unknown(Unknown::NoGroup), Duration::ZERO), 201).await;
    let countless = Lag::Unknown(Unknown::MoreThan(800));
    answered(&app, sample(countless, Duration::ZERO), 503).await;
    let mut idle = overload();
    idle.capacity.clear();
    answered(&app, idle, 201).await;
    answered(&app, overload(), 503).await;
    let stream = app.queue.names().samples();
    app.queue
        .append(&stream, &json!({"version": 2}), 100)
        .await
        .unwrap();
    eventually(async || (app.post(QUOTES, &bodies::flat()).await.status == 201).then_some(())).await;
}
