//! The insurer fails, or asks to be left alone.

use std::time::{Duration, Instant};

use loadsure_core::booking;
use loadsure_core::id::{JobId, QuoteId};
use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_queue::Pause;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_telemetry::Metrics;
use loadsure_worker::Worker;

use crate::support::{Stage, application, eventually, hurried, number};

/// A worker whose metrics can be read, with the name of an instance.
async fn worker(stage: &Stage, name: &str) -> (Worker, Metrics) {
    let mut config = stage.config();
    name.clone_into(&mut config.app.instance);
    let metrics = Metrics::detached().unwrap();
    (Worker::start(config, metrics.clone()).await.unwrap(), metrics)
}

const HEARD: &str = "loadsure_insurer_pauses_total{how=\"heard\",operation=\"quote\"}";
const PAUSED: &str = "loadsure_insurer_held_back_total{operation=\"quote\",why=\"pause\"}";

async fn ask(stage: &Stage, quotes: usize) -> Vec<(QuoteId, JobId)> {
    let mut asked = Vec::new();
    for _ in 0..quotes {
        let (quote, job) = stage.accept_quote(&application(50_000)).await;
        let _waiter = stage.publish(Kind::Quote, job).await;
        asked.push((quote, job));
    }
    asked
}

async fn attempt(stage: &Stage, job: JobId) -> u32 {
    stage.store.job(job).await.unwrap().unwrap().attempt
}

async fn all_tried(stage: &Stage, asked: &[(QuoteId, JobId)]) {
    for (_, job) in asked {
        eventually("the job is put off", async || attempt(stage, *job).await > 1).await;
    }
}

async fn all_priced(stage: &Stage, asked: &[(QuoteId, JobId)]) {
    for (quote, _) in asked {
        eventually("the quote is priced", async || {
            stage.quote(*quote).await.status == Status::Active
        })
        .await;
    }
}

/// What one worker is told holds for all, and nothing is sent to find that out.
#[tokio::test]
async fn a_pause_that_one_worker_is_told_is_kept_by_all() {
    let stage = Stage::set().await;
    let (_one, one) = worker(&stage, "one").await;
    let (_other, other) = worker(&stage, "other").await;
    let wait = Trouble::RateLimited {
        retry_after_s: Some(6),
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, wait)]);
    let mut asked = ask(&stage, 1).await;
    eventually("both workers know of the pause", async || {
        number(&one, HEARD) > 0.0 && number(&other, HEARD) > 0.0
    })
    .await;
    let told = Instant::now();

    while number(&one, PAUSED) <= 0.0 || number(&other, PAUSED) <= 0.0 {
        asked.extend(ask(&stage, 6).await);
        all_tried(&stage, &asked).await;
    }

    assert!(told.elapsed() < Duration::from_secs(5), "the pause is not over");
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 1);
    all_priced(&stage, &asked).await;
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), asked.len() + 1);
}

#[tokio::test]
async fn a_worker_that_starts_in_a_pause_keeps_it() {
    let stage = Stage::set().await;
    let (first, metrics) = worker(&stage, "first").await;
    let wait = Trouble::Unavailable {
        retry_after_s: Some(5),
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, wait)]);
    let mut asked = ask(&stage, 1).await;
    eventually("the pause is known", async || number(&metrics, HEARD) > 0.0).await;
    let told = Instant::now();
    assert!(first.stop().await);

    let (_later, _) = worker(&stage, "later").await;
    asked.extend(ask(&stage, 3).await);
    all_tried(&stage, &asked).await;

    assert!(told.elapsed() < Duration::from_secs(4), "the pause is not over");
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 1);
    all_priced(&stage, &asked).await;
}

/// P19: being told to wait costs a booking one of its attempts, however long the wait is.
#[tokio::test]
async fn a_booking_outlives_a_pause_that_is_longer_than_its_back_off() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let quote = stage.priced().await;
    let wait = Trouble::RateLimited {
        retry_after_s: Some(4),
    };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, wait)]);
    let began = Instant::now();
    let (booking, job) = stage.accept_booking(quote).await;

    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert!(began.elapsed() >= Duration::from_secs(4));
    assert_eq!(attempt(&stage, job).await, 2);
    assert_eq!(stage.booking(booking).await.status, booking::Status::Active);
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 2);
}

/// P19: a pause that another was told of costs no attempt, however often a booking meets it.
#[tokio::test]
async fn a_pause_that_another_was_told_of_costs_a_booking_nothing() {
    let stage = Stage::set().await;
    let (_worker, metrics) = worker(&stage, "one").await;
    let quote = stage.priced().await;
    let pause = Pause {
        operation: "purchase".to_owned(),
        remaining: Duration::from_secs(8),
    };
    stage.queue.announce_pause(&pause).await.unwrap();
    let heard = "loadsure_insurer_pauses_total{how=\"heard\",operation=\"purchase\"}";
    eventually("the pause is known", async || number(&metrics, heard) > 0.0).await;
    let (booking, job) = stage.accept_booking(quote).await;
    let waiter = stage.publish(Kind::Booking, job).await;

    // Due at once whenever it was put off, it meets the pause again and again.
    assert_eq!(hurried(&stage, waiter).await, "done");

    let view = stage.store.job(job).await.unwrap().unwrap();
    assert!(view.attempt > 1 && view.failed == 0, "{view:?}");
    assert_eq!(stage.booking(booking).await.status, booking::Status::Active);
    assert_eq!(
        stage.count("booking_attempts").await,
        1,
        "nothing was journalled in vain"
    );
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 1);
}

/// A dead insurer costs few calls, other operations go on, and the work is done once it is back.
#[tokio::test]
async fn a_dead_insurer_costs_few_calls() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.insurer.protection.circuit_open = Duration::from_secs(2);
    config.insurer.protection.circuit_open_max = Duration::from_secs(2);
    let metrics = Metrics::detached().unwrap();
    let _worker = Worker::start(config, metrics.clone()).await.unwrap();
    let bookable = stage.priced().await;
    stage.sandbox.clear_requests();
    stage
        .sandbox
        .set_faults([Fault::always(Operation::Quote, Trouble::ResetBefore)]);

    let asked = ask(&stage, 30).await;
    all_tried(&stage, &asked).await;

    // Five open the circuit, while two more are on their way; then one a turn. Without it, each would cost five.
    let calls = stage.sandbox.requests(Operation::Quote).len();
    assert!(calls <= 12, "{calls} calls");
    let open = "loadsure_insurer_circuit{operation=\"quote\"}";
    assert!(number(&metrics, open) > 0.0);
    let (_, job) = stage.accept_booking(bookable).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    stage.sandbox.clear_faults();
    all_priced(&stage, &asked).await;
    eventually("the circuit is closed", async || number(&metrics, open) <= 0.0).await;
}

/// P2: no purchase is sent to an insurer that has lost one after another, so that a person has fewer to settle.
#[tokio::test]
async fn purchases_that_are_held_back_are_no_unknown_outcomes() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.insurer.protection.circuit_failures = std::num::NonZeroU32::MIN;
    config.insurer.protection.circuit_open = Duration::from_secs(3);
    let _worker = Worker::start(config, Metrics::detached().unwrap()).await.unwrap();
    let (first, second) = (stage.priced().await, stage.priced().await);
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, Trouble::ResetAfter)]);
    let (_, lost) = stage.accept_booking(first).await;
    assert_eq!(stage.done(Kind::Booking, lost).await, "unknown");

    let (booking, job) = stage.accept_booking(second).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, booking::Status::Active);
    let view = stage.store.job(job).await.unwrap().unwrap();
    assert_eq!(
        view.attempt, 2,
        "it came back when the circuit let it: {}",
        view.errors
    );
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 2);
}
