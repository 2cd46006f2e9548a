//! Failure modes of known scalers (S1 to S11), each against the platform: what would have led to a wrong change leads to
//! none, and once it is over the right one is made.

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Alert, Lag, Reason, Record, Unseen};
use loadsure_testkit::proxy::Proxy;
use serde_json::json;

use crate::sky::Sky;
use crate::stand::{Ground, eventually};
use crate::work::{Work, beat, publish};
use crate::worker::OBEDIENT;

fn unseen(record: &Record) -> Option<Unseen> {
    match record.decision.reason {
        Reason::Unknown { unseen } => Some(unseen),
        _ => None,
    }
}

/// Three workers that have been too many for long.
async fn too_many() -> (Sky, Work) {
    let sky = Sky::with(3).await;
    sky.long_calm(3).await;
    let work = Work::hold(&sky.queue, Kind::Quote, 4).await;
    (sky, work)
}

/// What the tests below would see if the failure were not there.
#[tokio::test]
async fn workers_that_were_too_many_for_long_are_removed_one_at_a_time() {
    let (sky, _work) = too_many().await;
    let _monitor = sky.monitor(&[]).await;
    sky.changed(1).await;
    sky.looked(5).await;
    assert_eq!(sky.changes(), [(3, 2)]);
}

/// S1: jobs that nobody can count are not none.
#[tokio::test]
async fn an_unknown_lag_removes_nobody() {
    let (sky, _work) = too_many().await;
    publish(&sky.queue, Kind::Webhook, 1).await;
    let _monitor = sky.monitor(&[]).await;
    let is_unknown = |record: &Record| unseen(record) == Some(Unseen::Lag(Kind::Webhook));
    sky.decided("the lag is unknown", is_unknown).await;
    sky.looked(6).await;
    assert_eq!(sky.changes(), []);
    Work::hold(&sky.queue, Kind::Webhook, 1).await.release();
    sky.changed(1).await;
    assert_eq!(sky.changes(), [(3, 2)]);
}

/// S2: an error is an error, and neither an empty stream nor a full one.
#[tokio::test]
async fn an_error_changes_nothing() {
    let (sky, _work) = too_many().await;
    let stream = sky.queue.names().jobs(Kind::Webhook);
    sky.redis(&["SET", &stream, "no stream"]).await;
    let _monitor = sky.monitor(&[]).await;
    let is_missing = |record: &Record| matches!(unseen(record), Some(Unseen::Missing(_)));
    sky.decided("a kind is missing", is_missing).await;
    sky.looked(6).await;
    assert_eq!(sky.changes(), []);
    sky.redis(&["DEL", &stream]).await;
    sky.changed(1).await;
    assert_eq!(sky.changes(), [(3, 2)]);
}

/// S3: a lag that cannot be true is counted instead, and work that the outbox does not know of adds nobody.
#[tokio::test]
async fn an_impossible_lag_adds_nobody() {
    let sky = Sky::new().await;
    let work = Work::hold(&sky.queue, Kind::Quote, 4).await;
    publish(&sky.queue, Kind::Quote, 5).await;
    work.release();
    let stream = sky.queue.names().jobs(Kind::Quote);
    let phantom = ["XGROUP", "SETID", &stream, "workers", "$", "ENTRIESREAD", "0"];
    sky.redis(&["XSETID", &stream, "9999999999999-1", "ENTRIESADDED", "50000"])
        .await;
    sky.redis(&phantom).await;
    let _monitor = sky.monitor(&[]).await;
    let record = sky.looked(6).await;
    assert_eq!(record.snapshot.kinds[&Kind::Quote].unread, Lag::Known(0));
    assert_eq!(sky.changes(), []);
}

/// S3: two sources that contradict each other are no ground for a change.
#[tokio::test]
async fn work_that_the_outbox_does_not_know_of_changes_nothing() {
    let sky = Sky::new().await;
    let _work = Work::hold(&sky.queue, Kind::Quote, 4).await;
    publish(&sky.queue, Kind::Quote, 2_000).await;
    let _monitor = sky.monitor(&[]).await;
    let contradicts = |record: &Record| unseen(record) == Some(Unseen::Contradiction(Kind::Quote));
    sky.decided("they contradict each other", contradicts).await;
    sky.looked(6).await;
    assert_eq!(sky.changes(), []);
    sky.outbox(2_000).await;
    sky.changed(1).await;
}

/// S4, S5: work that was taken is work, although no lag shows it; by itself it is no backlog either.
#[tokio::test]
async fn work_that_was_taken_is_work() {
    let (sky, _work) = too_many().await;
    let _busy = Work::hold(&sky.queue, Kind::Booking, 40).await;
    publish(&sky.queue, Kind::Booking, 40).await;
    let threshold = [("SCALING_POLICY", "threshold"), ("MAX_WORKERS", "4")];
    let _monitor = sky.monitor(&threshold).await;
    sky.changed(1).await;
    sky.looked(5).await;
    assert_eq!(sky.changes(), [(3, 4)]);
}

/// S6: what was done long ago is no work.
#[tokio::test]
async fn a_long_stream_without_work_adds_nobody() {
    let sky = Sky::new().await;
    let work = Work::hold(&sky.queue, Kind::Quote, 400).await;
    work.release();
    publish(&sky.queue, Kind::Quote, 3_000).await;
    eventually("all are done", async || {
        let sample = sky.queue.sample(Kind::Quote).await.unwrap();
        sample.pending == 0 && sample.lag == loadsure_queue::Lag::Known(0)
    })
    .await;
    let _monitor = sky.monitor(&[]).await;
    let record = sky.looked(6).await;
    assert_eq!(record.snapshot.kinds[&Kind::Quote].completed, 3_000);
    assert_eq!(sky.changes(), []);
    let length = sky.queue.sample(Kind::Quote).await.unwrap().length;
    assert_eq!(length, 3_000, "it was not trimmed meanwhile");
}

/// S7: there is always somebody whom a single message wakes.
#[tokio::test]
async fn the_last_worker_stays() {
    let sky = Sky::with(1).await;
    sky.long_calm(1).await;
    let _work = Work::hold(&sky.queue, Kind::Quote, 4).await;
    let _monitor = sky.monitor(&[]).await;
    let record = sky.looked(8).await;
    assert!(matches!(record.decision.reason, Reason::Steady { .. }));
    assert_eq!(sky.changes(), []);
}

/// S8: whoever writes the spec anew sets the number too, and what counts is the live one, with all else that it says.
#[tokio::test]
async fn a_number_that_somebody_else_has_set_is_where_decisions_start() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let _monitor = sky.monitor(&[]).await;
    sky.changed(1).await;
    let (_, scaled) = sky.changes()[0];
    sky.decided("the change is seen", |record| {
        u64::from(record.snapshot.fleet.wanted) == scaled
    })
    .await;
    let deploy = |spec: &mut serde_json::Value| {
        spec["workers"][1]["instance_count"] = json!(2);
        spec["region"] = json!("fra");
    };
    sky.platform.with(|cloud| cloud.edit(sky.app, deploy)).unwrap();
    let record = sky
        .decided("the live number is seen", |record| {
            record.snapshot.fleet.wanted == 2
        })
        .await;
    assert_eq!(record.decision.target, 2, "{:?}", record.decision.reason);
    sky.looked(6).await;
    assert_eq!(sky.changes(), [(2, scaled)], "it is not set back");
    let region = sky
        .platform
        .with(|cloud| cloud.spec(sky.app).unwrap()["region"].clone());
    assert_eq!(region, json!("fra"));
}

/// S9: a Redis that falls silent is no empty one.
#[tokio::test]
async fn silence_changes_nothing() {
    let ground = Ground::prepare(OBEDIENT).await;
    let address = ground.redis_url.trim_start_matches("redis://").to_owned();
    let proxy = Proxy::start(address).await.unwrap();
    let sky = Sky::above(ground, 3).await;
    sky.long_calm(3).await;
    let _work = Work::hold(&sky.queue, Kind::Quote, 4).await;
    proxy.pause();
    let url = format!("redis://{}", proxy.addr());
    let program = sky.program("monitor").env("REDIS_URL", url);
    let _monitor = program
        .env("REDIS_COMMAND_TIMEOUT_MS", "200")
        .start()
        .await
        .unwrap();
    let is_blind = |record: &Record| unseen(record).is_some();
    sky.decided("it sees nothing", is_blind).await;
    sky.looked(4).await;
    assert_eq!(sky.changes(), []);
    proxy.pass().await.unwrap();
    beat(&sky.queue, Kind::Quote, "closed").await;
    sky.changed(1).await;
    assert_eq!(sky.changes(), [(3, 2)]);
}

/// S10: the number does not swing, however much there is to do: the next change waits.
#[tokio::test]
async fn one_change_is_not_followed_by_another_at_once() {
    let sky = Sky::with(1).await;
    let _work = sky.backlog().await;
    let _monitor = sky.monitor(&[]).await;
    sky.changed(1).await;
    let deploy = |spec: &mut serde_json::Value| spec["workers"][1]["instance_count"] = json!(2);
    sky.platform.with(|cloud| cloud.edit(sky.app, deploy)).unwrap();
    sky.decided(
        "it has to wait",
        |record| matches!(record.decision.reason, Reason::Gap { wants, .. } if wants > 2),
    )
    .await;
    sky.looked(6).await;
    assert_eq!(sky.changes().len(), 1);
}

/// S11: nobody is heard, so nobody is sent away, and somebody is told.
#[tokio::test]
async fn an_outage_is_not_made_smaller() {
    let sky = Sky::with(3).await;
    sky.long_calm(3).await;
    let work = Work::silent(&sky.queue, Kind::Quote, 4).await;
    let _monitor = sky.monitor(&[]).await;
    let nobody = |record: &Record| matches!(record.decision.reason, Reason::NobodyHeard { .. });
    let record = sky.decided("nobody is heard", nobody).await;
    assert!(record.decision.alerts.contains(&Alert::NobodyHeard));
    sky.looked(6).await;
    assert_eq!(sky.changes(), []);
    beat(&sky.queue, Kind::Quote, "closed").await;
    sky.changed(1).await;
    assert_eq!(sky.changes(), [(3, 2)]);
    drop(work);
}
