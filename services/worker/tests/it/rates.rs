//! The rates of the insurer's operations, over all workers.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use loadsure_core::booking;
use loadsure_core::insurer::Operation as Call;
use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_core::rate::Rate;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation, Target};
use loadsure_telemetry::Metrics;
use loadsure_worker::Worker;

use crate::support::{Stage, application, behind, eventually, number};

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

/// P2: a purchase whose token is too far was certainly not sent. It is made later, for one of its attempts.
#[tokio::test]
async fn a_purchase_beyond_the_rate_is_made_later() {
    let stage = Stage::set().await;
    let (_worker, metrics) = worker(&stage, "one", Call::Purchase, rate(0.2, 1)).await;
    let (first, second) = (stage.priced().await, stage.priced().await);
    let (_, job) = stage.accept_booking(first).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    let (booking, job) = stage.accept_booking(second).await;
    assert_eq!(stage.done(Kind::Booking, job).await, "done");

    assert_eq!(stage.booking(booking).await.status, booking::Status::Active);
    assert_eq!(stage.sandbox.requests(Operation::PurchaseQuote).len(), 2);
    let held = "loadsure_insurer_held_back_total{operation=\"purchase\",why=\"rate\"}";
    let tries = stage.store.job(job).await.unwrap().unwrap().attempt;
    assert!(number(&metrics, held) >= 1.0 && tries <= 3, "{tries} attempts");
}
