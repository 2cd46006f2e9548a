//! The schedule that all workers follow.

use loadsure_core::job::Kind;
use loadsure_store::Schedule;
use time::Duration;

use crate::support::*;

/// P44: of all workers that find the refresh due, one gets it; and the schedule outlives them all.
#[tokio::test]
async fn a_due_refresh_is_taken_by_one() {
    let setup = Setup::new().await;
    let store = &setup.store;
    store.ensure_schedule("0 0 * * *").await.unwrap();
    let due = store.schedule().await.unwrap().unwrap();
    let next = due.next_run_at + Duration::days(1);
    let take = || store.take_due_refresh(due.next_run_at, next);
    let taken = tokio::join!(take(), take(), take(), take());
    let taken = [taken.0, taken.1, taken.2, taken.3].map(Result::unwrap);
    let jobs: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(jobs.len(), 1);
    let job = store.job(jobs[0]).await.unwrap().unwrap();
    assert_eq!(job.kind, Kind::SupportData);
    let moved = store.schedule().await.unwrap().unwrap();
    assert_eq!(moved.next_run_at, next);
    let early = store
        .take_due_refresh(next, next + Duration::days(1))
        .await
        .unwrap();
    assert_eq!(early, None, "it is not due yet");
}

/// P44: a change is kept for all, audited, and not undone by the configured schedule of a worker that starts.
#[tokio::test]
async fn a_changed_schedule_stays_changed() {
    let setup = Setup::new().await;
    let store = &setup.store;
    store.ensure_schedule("0 0 * * *").await.unwrap();
    let changed = Schedule {
        cron: "30 4 * * *".to_owned(),
        next_run_at: store.now().await.unwrap() + Duration::hours(1),
    };
    store.set_schedule(&changed, "key:1", None).await.unwrap();
    store.ensure_schedule("0 0 * * *").await.unwrap();
    assert_eq!(store.schedule().await.unwrap(), Some(changed));
    let audited: String = setup
        .value("SELECT actor || ' ' || (before #>> '{}') || ' ' || (after #>> '{}') FROM audit_log")
        .await;
    assert_eq!(audited, "key:1 0 0 * * * 30 4 * * *");
}
