//! What a leader takes over from the one before it.

use loadsure_core::scaling::{
    Command, History, Limits, Moment, Policy, Predictive, Reason, Record, Rule, StandDown,
};
use loadsure_store::scaling::{Ending, Lead, NewChange};
use loadsure_testkit::digitalocean::{Ending as Deployed, Route, Timeline};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::commands::give;
use crate::platform::ended;
use crate::sky::{Sky, quiet};
use crate::stand::{DEADLINE, eventually};

fn stands_down(record: &Record) -> Option<StandDown> {
    match record.decision.reason {
        Reason::StandDown { why } => Some(why),
        _ => None,
    }
}

async fn earlier(sky: &Sky) -> Lead {
    sky.store.take_lead("earlier", DEADLINE).await.unwrap().unwrap()
}

/// Writes down that an earlier leader has begun a change from 2 to 4.
async fn begun(sky: &Sky, lead: &Lead) -> Uuid {
    let id = Uuid::now_v7();
    let change = NewChange {
        id,
        sequence: 1,
        from: 2,
        to: 4,
        actuator: "digitalocean",
        proposal: None,
        detail: &json!({}),
    };
    sky.store.begin_change(lead, &change).await.unwrap();
    id
}

fn set(sky: &Sky, workers: u32) {
    let edit = |spec: &mut Value| *spec.pointer_mut("/workers/1/instance_count").unwrap() = json!(workers);
    sky.platform.with(|cloud| cloud.edit(sky.app, edit)).unwrap();
}

/// A scaling deployment replaces the monitor too, so that its successor sees its end. The specification keeps the number
/// of a deployment that failed, so that only the deployment tells.
#[tokio::test]
async fn an_inherited_deployment_that_fails_is_a_failure() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    sky.platform.with(|cloud| {
        cloud.set_timeline(Timeline::default());
        cloud.end_next([Deployed::Error]);
    });
    let first = sky.monitor(&[]).await;
    eventually("the deployment is written down", async || {
        let changes = sky.store.changes(1).await.unwrap();
        changes
            .first()
            .is_some_and(|change| change.detail["deployment"].is_string())
    })
    .await;
    first.sigkill().unwrap();
    let mut second = sky.program("second").start().await.unwrap();
    second
        .wait_for_line("a change of an earlier term is under way", DEADLINE)
        .await
        .unwrap();
    sky.platform.with(|cloud| cloud.advance(DEADLINE * 60));
    let change = ended(&sky).await;
    assert_eq!(change.ending, Some(Ending::Failed), "{change:?}");
    set(&sky, change.from);
    sky.platform.with(|cloud| cloud.advance(DEADLINE * 60));
    sky.decided("it is held", |record| {
        matches!(stands_down(record), Some(StandDown::HeldAfterFailure { .. }))
    })
    .await;
    assert_eq!(sky.changes().len(), 1);
}

/// The same where the earlier leader died before it could write the deployment down.
#[tokio::test]
async fn an_inherited_number_that_does_not_serve_is_a_failure() {
    let sky = Sky::new().await;
    let lead = earlier(&sky).await;
    begun(&sky, &lead).await;
    sky.store.release_lead(lead).await.unwrap();
    sky.platform.with(|cloud| cloud.end_next([Deployed::Error]));
    set(&sky, 4);
    let _monitor = sky.monitor(&[]).await;
    let change = ended(&sky).await;
    assert_eq!(change.ending, Some(Ending::Failed), "{change:?}");
}

/// A term that ends while a request is under way is followed by one of the same monitor, which finds what was sent.
#[tokio::test]
async fn a_change_that_was_sent_as_the_term_ended_is_not_sent_again() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let over = "UPDATE leases SET until = now() WHERE name = 'queue-monitor'";
    sky.meanwhile(Route::UpdateApp, over);
    let _monitor = sky.monitor(&[]).await;
    let change = ended(&sky).await;
    assert_eq!(change.ending, Some(Ending::Applied), "{change:?}");
    let later = sky.looked(5).await;
    assert!(later.term > change.term);
    assert_eq!(sky.changes(), [(2, u64::from(change.to))]);
}

/// A request that was sent in an earlier term may arrive after the first look of the next.
#[tokio::test]
async fn an_inherited_change_that_is_not_seen_yet_is_waited_for() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let lead = earlier(&sky).await;
    let id = begun(&sky, &lead).await;
    sky.store.release_lead(lead).await.unwrap();
    let _monitor = sky
        .monitor(&[
            ("DIGITALOCEAN_TIMEOUT_MS", "10000"),
            ("SCALING_LEASE_MS", "60000"),
        ])
        .await;
    sky.looked(3).await;
    assert_eq!(sky.store.changes(1).await.unwrap()[0].ending, None);
    set(&sky, 4);
    let change = ended(&sky).await;
    assert_eq!((change.id, change.ending), (id, Some(Ending::Applied)));
    sky.looked(3).await;
    assert_eq!(sky.changes(), [], "nothing was sent a second time");
}

/// A change of which the end was written down, and not noted, took as long as it took, however late it is noted.
#[tokio::test]
async fn a_change_that_ended_long_ago_is_not_taken_for_a_long_one() {
    let sky = Sky::new().await;
    let lead = earlier(&sky).await;
    let id = begun(&sky, &lead).await;
    let applied = Ending::Applied;
    sky.store
        .end_change(&lead, id, applied, &json!({}))
        .await
        .unwrap();
    sky.store.release_lead(lead).await.unwrap();
    let past = "UPDATE scaling_changes SET started_at = now() - interval '50 minutes',
        ended_at = now() - interval '45 minutes' RETURNING 'done'";
    sky.texts(past).await;
    let change = sky.store.changes(1).await.unwrap()[0].remembered();
    let mut history = History::default();
    history.note_change(loadsure_core::scaling::Change {
        ended: None,
        result: None,
        ..change.clone()
    });
    let policy = policy();
    sky.remember(history, quiet(2, now(), 1), &policy, now()).await;
    let _monitor = sky.monitor(&[]).await;
    let record = sky.looked(2).await;
    assert!(record.term > 2);
    let first = format!(
        "SELECT record::text FROM scaling_decisions WHERE term = {} AND sequence = 1",
        record.term
    );
    let first: Record = serde_json::from_str(&sky.texts(&first).await[0]).unwrap();
    let took = first.history.unwrap().expected_change_ms(&policy.guards);
    assert_eq!(took, 5 * 60 * 1_000);
}

/// A release that cannot read the records of the one before it does not forget that scaling is off.
#[tokio::test]
async fn failures_are_remembered_although_the_record_cannot_be_read() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    sky.remember(History::default(), quiet(2, now(), 1), &policy(), now())
        .await;
    let lead = earlier(&sky).await;
    for _ in 0..2 {
        let id = begun(&sky, &lead).await;
        let failed = Ending::Failed;
        sky.store.end_change(&lead, id, failed, &json!({})).await.unwrap();
    }
    let term = lead.term();
    sky.store.release_lead(lead).await.unwrap();
    sky.texts("UPDATE scaling_decisions SET record = record - 'snapshot' RETURNING 'done'")
        .await;
    let _monitor = sky.monitor(&[]).await;
    let newer = format!("SELECT reason FROM scaling_decisions WHERE term > {term}");
    eventually("it decides", async || !sky.texts(&newer).await.is_empty()).await;
    let off = StandDown::OffAfterFailures { failures: 2 };
    sky.decided("it is off", |record| stands_down(record) == Some(off))
        .await;
    sky.looked(3).await;
    assert_eq!(sky.changes(), []);
}

/// What a person has confirmed is done at once, or never: not when a later leader finds it, after something else was asked
/// for.
#[tokio::test]
async fn a_confirmed_change_that_was_not_made_is_not_made_later() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let propose = [("SCALING_MODE", "propose")];
    let first = sky.monitor(&propose).await;
    eventually("it proposes", async || {
        sky.store.pending_proposal().await.unwrap().is_some()
    })
    .await;
    let proposal = sky.store.pending_proposal().await.unwrap().unwrap().id;
    assert!(sky.store.lock_deploy("ci", DEADLINE * 10).await.unwrap());
    assert_eq!(give(&sky, Command::Confirm { proposal }).await, "applied");
    eventually("it is given up", async || {
        let pending = sky.store.pending_proposal().await.unwrap();
        pending.is_none_or(|pending| pending.id != proposal)
    })
    .await;
    first.sigkill().unwrap();
    sky.texts("UPDATE leases SET until = now() WHERE name = 'deploy' RETURNING 'done'")
        .await;
    let second = sky.program("second").env("SCALING_MODE", "propose");
    let _second = second.start().await.unwrap();
    sky.looked(10).await;
    assert_eq!(sky.changes(), []);
}

fn policy() -> Policy {
    let limits = Limits::new(1.try_into().unwrap(), 5.try_into().unwrap());
    Policy::new(limits, Rule::Predictive(Predictive::default()))
}

fn now() -> Moment {
    let ms = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    Moment(ms.try_into().unwrap())
}
