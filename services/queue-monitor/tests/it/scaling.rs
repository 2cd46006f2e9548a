//! Workers follow the work.

use std::collections::BTreeSet;

use loadsure_core::job::Kind;
use loadsure_core::scaling::Reason;
use loadsure_queue::Lag;

use crate::stand::{Stand, eventually};
use crate::work::{Work, publish};
use crate::worker::{Line, OBEDIENT, is_there};

#[tokio::test]
async fn workers_follow_the_work() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "3")]).await;
    let work = Work::hold(&stand.queue, Kind::Quote, 4).await;
    publish(&stand.queue, Kind::Quote, 100).await;
    let starts = stand.started(3).await;
    let full = stand
        .sampled("the maximum is reached", |sample| sample.workers.living == 3)
        .await;
    assert_eq!(full.decision.target, 3);
    assert_eq!(stand.yard.terms(), []);

    work.release();
    stand
        .sampled("the minimum is reached", |sample| {
            let workers = sample.workers;
            (workers.wanted, workers.living, workers.draining) == (1, 1, 0)
        })
        .await;
    let names = |lines: Vec<Line>| {
        lines
            .into_iter()
            .map(|line| line.instance)
            .collect::<BTreeSet<_>>()
    };
    let newest = ["monitor-worker-2", "monitor-worker-3"].map(str::to_owned);
    assert_eq!(
        names(stand.yard.terms()),
        newest.into(),
        "each was told, and ended by itself"
    );
    let first = starts.iter().find(|start| start.instance == "monitor-worker-1");
    assert!(is_there(first.unwrap()));
    assert_eq!(stand.yard.starts().len(), 3, "none ended unasked");
}

/// P55: jobs that are being worked on are work too, and no kind is forgotten.
#[tokio::test]
async fn work_in_progress_of_any_kind_counts() {
    for kind in [Kind::Cancellation, Kind::Maintenance] {
        let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "5")]).await;
        let _work = Work::hold(&stand.queue, kind, 30).await;
        publish(&stand.queue, kind, 25).await;
        // 25 is more than 2 × 10, and not more than 3 × 10.
        let settled = stand
            .sampled("three work", |sample| {
                let reason = Reason::Steady { unfinished: 25 };
                sample.workers.living == 3 && sample.decision.reason == reason
            })
            .await;
        let stream = &settled.streams[&kind];
        assert_eq!((stream.lag, stream.pending), (Lag::Known(0), 25), "{kind}");
        eventually("three were started", async || stand.yard.starts().len() == 3).await;
    }
}

/// S1: a stream that holds jobs and has no group is not an idle one.
#[tokio::test]
async fn jobs_that_nobody_can_count_change_nothing() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "3")]).await;
    let work = Work::hold(&stand.queue, Kind::Quote, 4).await;
    publish(&stand.queue, Kind::Quote, 100).await;
    stand
        .sampled("the maximum is reached", |sample| sample.workers.living == 3)
        .await;
    publish(&stand.queue, Kind::Webhook, 1).await;
    stand
        .sampled("it is unknown", |sample| {
            matches!(sample.decision.reason, Reason::Unknown { .. })
        })
        .await;
    work.release();
    let idle = stand
        .sampled("the quotes are done", |sample| {
            let quotes = &sample.streams[&Kind::Quote];
            (quotes.lag, quotes.pending) == (Lag::Known(0), 0)
        })
        .await;
    let later = stand
        .sampled("another look", |sample| sample.at_ms > idle.at_ms)
        .await;
    assert_eq!((later.decision.target, later.workers.living), (3, 3));
    assert_eq!(stand.yard.terms(), []);
}
