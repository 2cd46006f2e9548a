//! From the outbox to the streams.

use std::sync::Mutex;
use std::time::Duration;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::{Fault, Jobs as _};
use loadsure_core::retry::Backoff;
use loadsure_store::{DueJob, JobState, OutboxJobs, Published, Store};
use serde_json::json;
use tokio::sync::Barrier;

use crate::support::*;

const AT_ONCE: Backoff = Backoff {
    at_least: Duration::ZERO,
    spread: Duration::ZERO,
    counts: true,
};

fn published(job: &DueJob) -> Published {
    Published {
        job: job.id,
        attempt: job.attempt,
        entry_id: format!("{}-0", job.attempt),
    }
}

/// Relays everything that is due, and gives it.
async fn relay(store: &Store) -> Vec<DueJob> {
    let seen = Mutex::new(Vec::new());
    let publish = async |due: Vec<DueJob>| {
        let done = due.iter().map(published).collect();
        seen.lock().unwrap().extend(due);
        Ok::<_, Fault>(done)
    };
    store.relay(100, publish).await.unwrap();
    seen.into_inner().unwrap()
}

async fn state(setup: &Setup, job: JobId) -> JobState {
    setup.store.job(job).await.unwrap().unwrap().state
}

#[tokio::test]
async fn the_fast_path_gets_a_head_start() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    assert!(
        relay(&setup.store).await.is_empty(),
        "the API publishes it itself"
    );
    setup.run("UPDATE jobs SET due_at = now()").await;
    let due = relay(&setup.store).await;
    assert_eq!((due.len(), due[0].id, due[0].kind), (1, ticket.job, Kind::Quote));
    assert_eq!(due[0].reply_to.as_deref(), Some("replies"));
    assert_eq!(state(&setup, ticket.job).await, JobState::Published);
    assert!(relay(&setup.store).await.is_empty());
}

/// P2: two relays at work at the same time publish each job once.
#[tokio::test]
async fn two_relays_share_the_work() {
    let setup = Setup::new().await;
    for _ in 0..10 {
        setup.quote().await;
    }
    setup.run("UPDATE jobs SET due_at = now()").await;
    // Neither goes on before the other has read: their transactions overlap.
    let both = Barrier::new(2);
    let publish = async |due: Vec<DueJob>| {
        both.wait().await;
        let ids: Vec<JobId> = due.iter().map(|job| job.id).collect();
        taken().lock().unwrap().extend(ids);
        Ok::<_, Fault>(due.iter().map(published).collect())
    };
    fn taken() -> &'static Mutex<Vec<JobId>> {
        static TAKEN: Mutex<Vec<JobId>> = Mutex::new(Vec::new());
        &TAKEN
    }
    let (one, two) = tokio::join!(setup.store.relay(5, publish), setup.store.relay(5, publish));
    assert_eq!((one.unwrap(), two.unwrap()), (5, 5));
    let mut taken = taken().lock().unwrap().clone();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 10);
}

/// P17: what could not be published stays due.
#[tokio::test]
async fn a_failed_relay_leaves_everything_due() {
    let setup = Setup::new().await;
    setup.quote().await;
    setup.run("UPDATE jobs SET due_at = now()").await;
    let away = async |_| Err::<Vec<Published>, _>(Fault::Unavailable("Redis is away".into()));
    setup.store.relay(10, away).await.unwrap_err();
    assert_eq!(relay(&setup.store).await.len(), 1);
}

/// P19: a retry waits for its time, and is the next attempt.
#[tokio::test]
async fn a_retry_is_due_later() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    let backoff = Backoff {
        at_least: Duration::from_secs(600),
        spread: Duration::from_secs(60),
        counts: true,
    };
    setup
        .store
        .retry(ticket, backoff, "the insurer is away")
        .await
        .unwrap();
    let wait: f64 = setup
        .value("SELECT extract(epoch FROM due_at - now())::float8 FROM jobs")
        .await;
    assert!((590.0..=660.0).contains(&wait), "{wait}");
    assert!(relay(&setup.store).await.is_empty());
    setup.run("UPDATE jobs SET due_at = now()").await;
    assert_eq!(relay(&setup.store).await[0].attempt, 2);
}

/// P21: a publication of an earlier attempt, noted late, does not hide the next one.
#[tokio::test]
async fn a_late_note_of_an_earlier_attempt_changes_nothing() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    setup.store.retry(ticket, AT_ONCE, "away").await.unwrap();
    let late = Published {
        job: ticket.job,
        attempt: 1,
        entry_id: "1-0".to_owned(),
    };
    setup.store.mark_published(&[late]).await.unwrap();
    assert_eq!(state(&setup, ticket.job).await, JobState::Pending);
    assert_eq!(relay(&setup.store).await.len(), 1);
}

/// P17: what Redis has lost is published again, as the same attempt; what it still has is left alone.
#[tokio::test]
async fn lost_jobs_are_published_again() {
    let setup = Setup::new().await;
    let (lost, kept, done) = (
        setup.quote().await.1,
        setup.quote().await.1,
        setup.quote().await.1,
    );
    setup.run("UPDATE jobs SET due_at = now()").await;
    relay(&setup.store).await;
    setup.store.finish(done, json!(null)).await.unwrap();
    assert!(
        setup
            .store
            .unfinished(Duration::from_secs(60), 10)
            .await
            .unwrap()
            .is_empty()
    );
    setup
        .run("UPDATE jobs SET published_at = now() - interval '2 min'")
        .await;
    let mut old = setup.store.unfinished(Duration::from_secs(60), 10).await.unwrap();
    assert_eq!(old.len(), 2);

    setup.store.seen_in_redis(&[kept.job]).await.unwrap();
    old.retain(|job| job.id == lost.job);
    assert_eq!(setup.store.republish(&old).await.unwrap(), 1);
    assert_eq!(setup.store.republish(&old).await.unwrap(), 0);
    assert!(
        setup
            .store
            .unfinished(Duration::from_secs(60), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let again = relay(&setup.store).await;
    assert_eq!((again.len(), again[0].id, again[0].attempt), (1, lost.job, 1));
}

/// P21: a job that was republished meanwhile under another entry is not taken for lost.
#[tokio::test]
async fn a_job_that_moved_on_is_not_republished() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    setup.run("UPDATE jobs SET due_at = now()").await;
    relay(&setup.store).await;
    let old = setup.store.unfinished(Duration::ZERO, 10).await.unwrap();
    let elsewhere = Published {
        job: ticket.job,
        attempt: 1,
        entry_id: "9-9".to_owned(),
    };
    setup.store.mark_published(&[elsewhere]).await.unwrap();
    assert_eq!(setup.store.republish(&old).await.unwrap(), 0);
}

/// P21, P22: a job ends once, and nothing wakes it.
#[tokio::test]
async fn an_ended_job_stays_ended() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    setup
        .store
        .bury(ticket, ErrorCode::InsurerTimeout, "five times")
        .await
        .unwrap();
    setup.store.finish(ticket, json!({"late": true})).await.unwrap();
    setup.store.retry(ticket, AT_ONCE, "late").await.unwrap();
    let job = Ticket { attempt: 1, ..ticket }.job;
    setup
        .store
        .mark_published(&[Published {
            job,
            attempt: 1,
            entry_id: "1-0".to_owned(),
        }])
        .await
        .unwrap();
    let view = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(
        (view.state, view.failure),
        (JobState::Dead, Some(ErrorCode::InsurerTimeout))
    );
    assert_eq!(view.result, None);
    assert!(relay(&setup.store).await.is_empty());
}

/// S3: the second source beside Redis counts what should be in a stream, and what went through it.
#[tokio::test]
async fn what_is_published_and_what_has_ended_is_counted() {
    let setup = Setup::new().await;
    let empty = setup.store.outbox(None).await.unwrap();
    assert_eq!(empty.jobs, [].into());
    setup.quote().await;
    setup.quote().await;
    assert_eq!(setup.store.outbox(None).await.unwrap().jobs, [].into());
    setup.run("UPDATE jobs SET due_at = now()").await;
    relay(&setup.store).await;
    let counts = |published, ended| [(Kind::Quote, OutboxJobs { published, ended })].into();
    let since = Some(empty.at);
    assert_eq!(setup.store.outbox(since).await.unwrap().jobs, counts(2, 0));
    setup
        .run("UPDATE jobs SET state = 'done', finished_at = now() WHERE id = (SELECT min(id::text)::uuid FROM jobs)")
        .await;
    let later = setup.store.outbox(since).await.unwrap();
    assert_eq!(later.jobs, counts(1, 1));
    assert_eq!(
        setup.store.outbox(Some(later.at)).await.unwrap().jobs,
        counts(1, 0)
    );
    assert_eq!(setup.store.outbox(None).await.unwrap().jobs, counts(1, 0));
}
