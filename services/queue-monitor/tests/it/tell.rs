//! What the monitor says.

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Capacity, Mode, Reason};

use crate::stand::{Stand, eventually};
use crate::work::{Work, publish};
use crate::worker::OBEDIENT;

const STEADY: Reason = Reason::Steady { unfinished: 5 };

/// P55: each kind is measured, what is at work included.
#[tokio::test]
async fn every_look_is_published_and_measured() {
    let mut stand = Stand::start(OBEDIENT, &[]).await;
    let _work = Work::hold(&stand.queue, Kind::Booking, 2).await;
    publish(&stand.queue, Kind::Booking, 5).await;
    let sample = stand
        .sampled("two are at work", |sample| {
            let booking = sample.streams.get(&Kind::Booking);
            let is_at_work = booking.is_some_and(|stream| stream.pending == 2);
            is_at_work && sample.workers.heard == Some(1) && sample.decision.reason == STEADY
        })
        .await;
    assert_eq!(sample.streams.len(), Kind::ALL.len());
    assert_eq!((sample.mode, sample.stand_down), (Mode::Act, None));
    let can = Capacity {
        slots: 4,
        service_ms: Some(2_500.0),
    };
    assert_eq!(sample.capacity, [(Kind::Booking, can)].into());
    assert_eq!(sample.actuator, "process");
    assert!(sample.monitor.starts_with("monitor-"));

    let url = format!("{}/metrics", stand.internal().await);
    let expected = [
        "loadsure_queue_unread{kind=\"booking\"} 3",
        "loadsure_queue_pending{kind=\"booking\"} 2",
        "loadsure_queue_consumers{kind=\"booking\"} 1",
        "loadsure_queue_dead_letters{kind=\"booking\"} 0",
        "loadsure_queue_length{kind=\"support-data\"} 0",
        "loadsure_scaling_leader 1",
        "loadsure_scaling_mode{mode=\"act\"} 1",
        "loadsure_scaling_workers{state=\"living\"} 1",
        "loadsure_scaling_estimate{kind=\"booking\",quantity=\"per_worker\"} 1.6",
    ];
    eventually("it is in the metrics", async || {
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        expected.iter().all(|line| text.contains(line))
    })
    .await;
    stand.ready(200).await;
}

/// P54: a dry run reports what it would do, and counts who is heard.
#[tokio::test]
async fn a_dry_run_only_says_what_it_would_do() {
    let variables = [("SCALING_ACTUATOR", "dry-run"), ("MIN_WORKERS", "1")];
    let stand = Stand::start(OBEDIENT, &variables).await;
    let work = Work::hold(&stand.queue, Kind::Quote, 1).await;
    publish(&stand.queue, Kind::Quote, 50).await;
    let sample = stand
        .sampled("one more is wanted", |sample| {
            sample.decision.reason == Reason::Backlog { unfinished: 50 }
        })
        .await;
    assert_eq!((sample.workers.living, sample.decision.target), (1, 2));
    assert_eq!(sample.actuator, "dry-run");
    work.release();
    stand
        .sampled("the work is done", |sample| {
            sample.decision.reason == Reason::Steady { unfinished: 0 }
        })
        .await;
    assert_eq!(stand.yard.starts(), []);
}
