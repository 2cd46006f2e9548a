//! Workers as processes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Reason, StandDown};
use loadsure_queue::Lag;

use crate::stand::{Stand, eventually};
use crate::work::{Work, publish};
use crate::worker::{BROKEN, OBEDIENT, is_there, kill};

/// P56: each has a name of its own, and no two want one port.
#[tokio::test]
async fn the_minimum_starts_at_once() {
    let seldom = ("CHECK_INTERVAL", "30000");
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "3"), seldom]).await;
    let starts = stand.started(3).await;
    let names: BTreeSet<_> = starts.iter().map(|start| start.instance.as_str()).collect();
    assert_eq!(names.len(), 3);
    assert!(
        names.iter().all(|name| name.starts_with("monitor-worker-")),
        "{names:?}"
    );
    assert!(starts.iter().all(|start| start.metrics_addr == "127.0.0.1:0"));
}

/// P54: a worker that was killed is missed.
#[tokio::test]
async fn a_killed_worker_is_replaced() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "2")]).await;
    let starts = stand.started(2).await;
    kill(&starts[0]);
    let starts = stand.started(3).await;
    eventually("the dead one is reaped", async || !is_there(&starts[0])).await;
    assert!(is_there(&starts[1]) && is_there(&starts[2]));
    assert_ne!(starts[2].instance, starts[0].instance);
    stand
        .sampled("both live", |sample| sample.workers.living == 2)
        .await;
    assert_eq!(stand.yard.starts().len(), 3);
}

/// P54, P19: workers that end at once do not count, are no reason to ask for more, and do not spin.
#[tokio::test]
async fn only_living_processes_count() {
    let began = Instant::now();
    let variables = [
        ("MIN_WORKERS", "1"),
        ("MAX_WORKERS", "9"),
        ("SCALE_UP_THRESHOLD", "3"),
    ];
    let stand = Stand::start(BROKEN, &variables).await;
    let _work = Work::hold(&stand.queue, Kind::Quote, 1).await;
    publish(&stand.queue, Kind::Quote, 50).await;
    let arriving = stand
        .sampled("the backlog is seen", |sample| {
            let quotes = sample.streams.get(&Kind::Quote);
            let is_seen = quotes.is_some_and(|stream| stream.lag == Lag::Known(49));
            is_seen && sample.workers.wanted == 1
        })
        .await;
    assert_eq!(arriving.workers.living, 0);
    let why = StandDown::DeploymentRunning;
    assert_eq!(arriving.decision.reason, Reason::StandDown { why });
    let starts = stand.started(4).await.len();
    let later = stand
        .sampled("another look", |sample| sample.at_ms > arriving.at_ms)
        .await;
    assert_eq!(later.decision.target, 1);

    // Each pause is twice the one before, so this many starts take at least so long.
    let pauses = Duration::from_millis(250) * (2_u32.pow(u32::try_from(starts).unwrap() - 1) - 1);
    assert!(
        began.elapsed() >= pauses,
        "{starts} starts in {:?}",
        began.elapsed()
    );
}
