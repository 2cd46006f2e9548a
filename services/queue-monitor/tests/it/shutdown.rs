//! The end.

use crate::stand::{DEADLINE, Stand, eventually};
use crate::worker::{DEAF, OBEDIENT, is_there, kill};

/// P25: no worker is forgotten.
#[tokio::test]
async fn sigterm_drains_all_workers() {
    let mut stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "3")]).await;
    let starts = stand.started(3).await;
    stand.monitor.sigterm().unwrap();
    let status = stand.monitor.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", stand.monitor.tail());
    assert_eq!(stand.yard.terms().len(), 3);
    assert!(!starts.iter().any(is_there), "the monitor waits for their ends");
    assert_eq!(stand.yard.starts().len(), 3, "and replaces none");
}

#[tokio::test]
async fn a_worker_that_does_not_end_in_time_is_killed() {
    let grace = ("SHUTDOWN_GRACE_MS", "500");
    let mut stand = Stand::start(DEAF, &[("MIN_WORKERS", "2"), grace]).await;
    let starts = stand.started(2).await;
    stand.monitor.sigterm().unwrap();
    let status = stand.monitor.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", stand.monitor.tail());
    assert!(!starts.iter().any(is_there));
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let grace = ("SHUTDOWN_GRACE_MS", "3600000");
    let mut stand = Stand::start(DEAF, &[("MIN_WORKERS", "1"), grace]).await;
    let starts = stand.started(1).await;
    stand.monitor.sigterm().unwrap();
    let said = "another signal ends the process at once";
    stand.monitor.wait_for_line(said, DEADLINE).await.unwrap();
    stand.monitor.sigterm().unwrap();
    let status = stand.monitor.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(is_there(&starts[0]), "a worker in mid-job is not killed");
    kill(&starts[0]);
}

/// P53: not even a kill leaves workers behind.
#[tokio::test]
async fn workers_do_not_outlive_a_killed_monitor() {
    let mut stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "2")]).await;
    stand.started(2).await;
    stand
        .sampled("the monitor knows of both", |sample| sample.workers.living == 2)
        .await;
    stand.monitor.sigkill().unwrap();
    stand.monitor.wait(DEADLINE).await.unwrap();
    eventually("the workers are told to end", async || {
        stand.yard.terms().len() == 2
    })
    .await;
}
