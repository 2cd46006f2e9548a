//! The rates of the insurer's operations, over all workers.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use loadsure_core::booking;
use loadsure_core::cancellation::Order;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::insurer::Operation as Call;
use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_core::rate::Rate;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation, Target};
use loadsure_telemetry::Metrics;
use loadsure_worker::Worker;

use crate::support::{Stage, answer, application, behind, eventually, number};

fn rate(per_second: f64, burst: u32) -> Rate {
    Rate::new(per_second, NonZeroU32::new(burst)).unwrap()
}

async fn worker(stage: &Stage, name: &str, operation: Call, rate: Rate) -> (Worker, Metrics) {
    let mut config = stage.config();
    name.clone_into(&mut config.app.instance);
    config.insurer.rates.insert(operation, rate);
    let metrics = Metrics::detached().unwrap();
    (Worker::start(config, metrics.clone()).await.unwrap(), metrics)
}

fn tokens(metrics: &Metrics, operation: &str, from: &str) -> f64 {
    number(
        metrics,
        &format!("loadsure_insurer_token_wait_seconds_count{{from=\"{from}\",operation=\"{operation}\"}}"),
    )
}

/// Two workers together are as slow as one would have to be.
#[tokio::test]
async fn two_workers_keep_one_rate_together() {
    let stage = Stage::set().await;
    let rate = rate(20.0, 2);
    let mut quotes = Vec::new();
    for _ in 0..50 {
        let (quote, job) = stage.accept_quote(&application(50_000)).await;
        let _waiter = stage.publish(Kind::Quote, job).await;
        quotes.push(quote);
    }
    let began = Instant::now();
    let (_one, one) = worker(&stage, "one", Call::Quote, rate).await;
    let (_other, other) = worker(&stage, "other", Call::Quote, rate).await;

    for quote in &quotes {
        eventually("the quote is priced", async || {
            stage.quote(*quote).await.status == Status::Active
        })
        .await;
    }

    // Two are there at once, the others come one every 50 ms.
    assert!(began.elapsed() >= Duration::from_millis(48 * 50));
    let (mine, others) = (tokens(&one, "quote", "shared"), tokens(&other, "quote", "shared"));
    assert!(
        mine > 0.0 && others > 0.0 && mine + others >= 50.0,
        "{mine} and {others}"
    );
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 50);
}

/// P17: a refresh that has begun goes on when Redis goes, by this worker's share.
#[tokio::test]
async fn without_redis_a_worker_keeps_its_share_and_goes_on() {
    let stage = Stage::set().await;
    let (redis, url) = behind(&stage.redis_url).await;
    let slow = Trouble::Slow {
        ms: 300,
        commits: true,
    };
    stage.sandbox.set_faults([Fault {
        target: Target::Any,
        kind: slow,
        probability: 1.0,
        times: None,
    }]);
    let mut config = stage.config();
    config.redis.url = url.into();
    config.insurer.rates.insert(Call::SupportData, rate(50.0, 1));
    let metrics = Metrics::detached().unwrap();
    let _worker = Worker::start(config, metrics.clone()).await.unwrap();
    eventually("the refresh has begun", async || {
        tokens(&metrics, "support_data", "shared") >= 1.0
    })
    .await;

    redis.down().await.unwrap();

    stage.refreshed().await;
    assert!(tokens(&metrics, "support_data", "local") >= 1.0);
}

/// P2, P19: a purchase waits for its token before it counts as being sent, and that costs no attempt.
#[tokio::test]
async fn a_purchase_beyond_the_rate_is_made_later() {
    let stage = Stage::set().await;
    let (_worker, metrics) = worker(&stage, "one", Call::Purchase, rate(0.1, 1)).await;
    let (first, second) = (stage.priced().await, stage.priced().await);
    let (_, job) = stage.accept_booking(first).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    let (booking, job) = stage.accept_booking(second).await;
    let waiter = stage.publish(Kind::Booking, job).await;
    waits(&metrics, 2.0).await;
    assert_eq!(stage.booking(booking).await.status, booking::Status::Requested);
    assert_eq!(answer(waiter).await, "done");

    assert_eq!(stage.booking(booking).await.status, booking::Status::Active);
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 2);
    let job = stage.store.job(job).await.unwrap().unwrap();
    assert_eq!((job.attempt, job.failed), (1, 0));
}

/// So many purchases have their tokens; the last of them waits for the time of its own.
async fn waits(metrics: &Metrics, tokens_taken: f64) {
    eventually("the token is taken", async || {
        tokens(metrics, "purchase", "shared") >= tokens_taken
    })
    .await;
}

/// What bounds the wait is the quote: it ends as a refusal, and nothing is sent.
#[tokio::test]
async fn a_booking_whose_quote_expires_while_it_waits_for_its_rate_is_refused() {
    let stage = Stage::set().await;
    let (_worker, metrics) = worker(&stage, "one", Call::Purchase, rate(0.1, 1)).await;
    let (first, second) = (stage.priced().await, stage.priced().await);
    let (_, job) = stage.accept_booking(first).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");
    let (booking, job) = stage.accept_booking(second).await;
    let waiter = stage.publish(Kind::Booking, job).await;
    waits(&metrics, 2.0).await;

    stage.execute("UPDATE quotes SET expires_at = now()").await;

    assert_eq!(answer(waiter).await, "done");
    let booking = stage.booking(booking).await;
    assert_eq!(booking.status, booking::Status::Failed);
    assert_eq!(booking.failure, Some(ErrorCode::QuoteExpired));
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 1);
}

/// P19: nor does it cost a cancellation an attempt to wait for its token.
#[tokio::test]
async fn cancellations_beyond_the_rate_are_made_later() {
    let stage = Stage::set().await;
    let (_worker, metrics) = worker(&stage, "one", Call::Cancel, rate(0.5, 1)).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let (_, certificate) = stage.bought().await;
        let order = Order {
            number: certificate.facts.number,
            user_id: "ada@broker.example".parse().unwrap(),
            reason: "CANNLN".parse().unwrap(),
            additional_info: None,
            email_assured: false,
        };
        let (_, job) = stage.accept_cancellation(&order).await;
        jobs.push((job, stage.publish(Kind::Cancellation, job).await));
    }

    for (job, waiter) in jobs {
        assert_eq!(answer(waiter).await, "done");
        assert_eq!(stage.store.job(job).await.unwrap().unwrap().failed, 0);
    }
    assert!(tokens(&metrics, "cancel", "shared") >= 3.0);
    assert_eq!(stage.sandbox.ledger().cancellations.len(), 3);
}

/// How long the quotes of the worker take, as it says.
async fn service_ms(stage: &Stage) -> Option<f64> {
    let seen = stage
        .queue
        .recent_heartbeats(Duration::from_secs(60))
        .await
        .unwrap();
    let mut kinds = seen
        .iter()
        .filter_map(|seen| seen.heartbeat.kinds.get(Kind::Quote.as_str()));
    kinds.find_map(|activity| activity.service_ms)
}

/// A slot that waits for the rate of the insurer is not slow, and a job that waits is not worked on.
#[tokio::test]
async fn the_time_of_a_job_leaves_out_what_it_waited_for_its_rate() {
    let stage = Stage::set().await;
    let rate = rate(0.125, 1);
    stage
        .queue
        .take_token("quote", rate, Duration::ZERO)
        .await
        .unwrap();
    let (_worker, _) = worker(&stage, "one", Call::Quote, rate).await;
    let began = Instant::now();

    stage.priced().await;

    assert!(
        began.elapsed() > Duration::from_secs(5),
        "it waited for its token"
    );
    eventually("the heartbeat tells of the job", async || {
        service_ms(&stage).await.is_some()
    })
    .await;
    let service = service_ms(&stage).await;
    assert!(service.unwrap() < 4_000.0, "{service:?} ms");
}
