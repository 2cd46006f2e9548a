//! Signs of life and upkeep.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, answer, application, eventually, start};

const WINDOW: Duration = Duration::from_secs(60);

/// P24, P56: what a worker says of itself is true, and that it drains is told while it does.
#[tokio::test]
async fn a_worker_tells_what_it_does_and_that_it_drains() {
    let stage = Stage::set().await;
    let worker = stage.worker().await;
    stage.priced().await;
    let slow = Trouble::Slow {
        ms: 1_900,
        commits: false,
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    eventually("the insurer is asked", async || {
        stage.sandbox.requests(Operation::Quote).len() == 2
    })
    .await;

    let stopping = tokio::spawn(worker.stop());
    eventually("it says that it drains", async || {
        let seen = stage.queue.recent_heartbeats(WINDOW).await.unwrap();
        seen.len() == 1 && seen[0].heartbeat.draining
    })
    .await;
    let seen = stage.queue.recent_heartbeats(WINDOW).await.unwrap();
    let quotes = seen[0].heartbeat.kinds["quote"];
    assert_eq!((quotes.slots, quotes.slots_max), (4, 16));
    assert_eq!((quotes.in_flight, quotes.completed), (1, 1));
    assert!(quotes.service_ms.is_some());
    let quoting = &seen[0].heartbeat.operations["quote"];
    assert_eq!(
        (quoting.rate_per_second, quoting.circuit.as_str()),
        (None, "closed")
    );

    assert!(stopping.await.unwrap(), "all was finished");
    assert_eq!(answer(waiter).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
}

/// A stream of jobs does not grow for ever.
#[tokio::test]
async fn entries_that_are_done_with_are_trimmed() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    for _ in 0..3 {
        stage.priced().await;
    }
    // The last one tells how far the group has read.
    eventually("the stream is trimmed", async || {
        stage.queue.sample(Kind::Quote).await.unwrap().length == 1
    })
    .await;
}

/// P50: health says how it is, and what was done is counted.
#[tokio::test]
async fn metrics_and_health_are_served_on_the_internal_address() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.telemetry.metrics_addr = Some("127.0.0.1:0".parse().unwrap());
    let worker = start(config).await;
    stage.priced().await;
    let base = format!("http://{}", worker.internal_address().unwrap());

    let ready = reqwest::get(format!("{base}/health/ready")).await.unwrap();
    assert_eq!(ready.status().as_u16(), 200);
    eventually("the quote is counted", async || {
        let metrics = reqwest::get(format!("{base}/metrics"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let counted = |name: &str, labels: &[&str]| {
            let mut lines = metrics.lines().filter(|line| line.starts_with(name));
            lines.any(|line| labels.iter().all(|label| line.contains(label)) && line.ends_with(" 1"))
        };
        counted(
            "loadsure_jobs_finished_total",
            &["kind=\"quote\"", "outcome=\"done\""],
        ) && counted(
            "loadsure_insurer_request_duration_seconds_count",
            &["operation=\"quote\""],
        )
    })
    .await;
    worker.stop().await;
    assert!(reqwest::get(format!("{base}/health/live")).await.is_err());
}

/// P25: a drain has an end, and what is not finished by then is done by another worker.
#[tokio::test]
async fn what_is_not_finished_in_time_is_left_to_other_workers() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.worker.drain = Duration::from_millis(100);
    config.insurer.request_timeout = Duration::from_secs(60);
    let worker = start(config).await;
    stage.refreshed().await;
    let hang = Trouble::Hang { commits: false };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, hang)]);
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    eventually("the insurer is asked", async || {
        stage.sandbox.requests(Operation::Quote).len() == 1
    })
    .await;

    assert!(!worker.stop().await, "something was left");
    let _other = stage.worker().await;

    assert_eq!(answer(waiter).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
}
