//! A worker does as much at once as the insurer bears.

use std::num::NonZeroU16;
use std::time::{Duration, Instant};

use loadsure_config::WorkerServiceConfig;
use loadsure_core::concurrency::Bounds;
use loadsure_core::job::Kind;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_telemetry::Metrics;
use loadsure_worker::Worker;

use crate::support::{Stage, application, eventually, number};

const SLOTS: &str = "loadsure_jobs_slots{kind=\"quote\"}";
const HALVED: &str = "loadsure_jobs_slots_halved_total{kind=\"quote\"}";
const DONE: &str = "loadsure_jobs_finished_total{kind=\"quote\",outcome=\"done\"}";

/// A worker with so many slots for quotes.
async fn worker(stage: &Stage, min: u16, max: u16) -> (Worker, Metrics) {
    let mut config: WorkerServiceConfig = stage.config();
    let bounds = Bounds::new(NonZeroU16::new(min).unwrap(), NonZeroU16::new(max).unwrap());
    config.worker.concurrency.insert(Kind::Quote, bounds);
    let metrics = Metrics::detached().unwrap();
    (Worker::start(config, metrics.clone()).await.unwrap(), metrics)
}

async fn ask(stage: &Stage, quotes: usize) {
    for _ in 0..quotes {
        let (_, job) = stage.accept_quote(&application(50_000)).await;
        let _waiter = stage.publish(Kind::Quote, job).await;
    }
}

async fn done(metrics: &Metrics, jobs: f64) {
    eventually("so many are done", async || number(metrics, DONE) >= jobs).await;
}

/// Jobs done per second, over the next `jobs`.
async fn throughput(metrics: &Metrics, jobs: f64) -> f64 {
    let before = number(metrics, DONE);
    // From the moment when one is done to the moment when another one is.
    done(metrics, before + 1.0).await;
    let (began, before) = (Instant::now(), number(metrics, DONE));
    done(metrics, before + jobs).await;
    (number(metrics, DONE) - before) / began.elapsed().as_secs_f64()
}

/// What level 1 is for. The time is part of the promise.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_does_three_times_as_much_within_ten_seconds_at_an_insurer_that_takes_half_a_second() {
    let stage = Stage::set().await;
    let slow = Trouble::Slow {
        ms: 500,
        commits: false,
    };
    stage.sandbox.set_faults([Fault::always(Operation::Quote, slow)]);
    ask(&stage, 300).await;
    let (fixed, metrics) = worker(&stage, 4, 4).await;
    let least = throughput(&metrics, 24.0).await;
    assert!(fixed.stop().await);

    let began = Instant::now();
    let (_adaptive, metrics) = worker(&stage, 4, 16).await;
    eventually("there are more than three times as many slots", async || {
        number(&metrics, SLOTS) > 12.0
    })
    .await;
    let took = began.elapsed();
    eventually("there are as many as may be", async || {
        number(&metrics, SLOTS) >= 16.0
    })
    .await;
    let most = throughput(&metrics, 96.0).await;

    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(most >= 3.0 * least, "{least} and {most} jobs per second");
}

/// Once for all calls that were under way, and it is given more again when it is well.
#[tokio::test]
async fn an_insurer_that_turns_calls_away_is_given_half_and_more_again_when_it_does_not() {
    let stage = Stage::set().await;
    let slow = Trouble::Slow {
        ms: 40,
        commits: false,
    };
    let slowly = Fault::always(Operation::Quote, slow);
    stage.sandbox.set_faults([slowly]);
    ask(&stage, 120).await;
    let (_worker, metrics) = worker(&stage, 1, 8).await;
    eventually("there are as many slots as may be", async || {
        number(&metrics, SLOTS) >= 8.0
    })
    .await;

    let away = Trouble::RateLimited { retry_after_s: None };
    stage.sandbox.set_faults([Fault::always(Operation::Quote, away)]);
    ask(&stage, 30).await;
    eventually("nothing is left but the least", async || {
        number(&metrics, SLOTS) <= 1.0
    })
    .await;
    assert!(number(&metrics, HALVED) <= 3.0, "8, 4, 2, 1");

    stage.sandbox.set_faults([slowly]);
    ask(&stage, 120).await;
    eventually("there are as many slots as may be again", async || {
        number(&metrics, SLOTS) >= 8.0
    })
    .await;
}
