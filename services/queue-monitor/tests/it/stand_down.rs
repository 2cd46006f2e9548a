//! States in which nothing may be changed: each with a backlog that calls for a change, which is made as soon as the
//! state is over.

use loadsure_core::job::Kind;
use loadsure_core::scaling::{
    Change, ChangeResult, Command, History, Limits, Moment, Policy, Predictive, Reason, Record, Rule,
    StandDown,
};
use loadsure_store::scaling::Ending::Failed;
use loadsure_testkit::digitalocean::{Ending, Fault, Route, Timeline};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::commands::give;
use crate::platform::ended;
use crate::sky::{Sky, quiet};
use crate::stand::DEADLINE;
use crate::work::beat;

fn stands_down(record: &Record) -> Option<StandDown> {
    match record.decision.reason {
        Reason::StandDown { why } => Some(why),
        _ => None,
    }
}

/// Under a state that was brought about, no change is asked for; once it is lifted, one is.
async fn holds<L: Future<Output = ()>>(sky: &Sky, expected: StandDown, lift: impl FnOnce() -> L) {
    let _work = sky.backlog().await;
    let _monitor = sky.monitor(&[]).await;
    let seen = |record: &Record| stands_down(record) == Some(expected);
    sky.decided("it stands down", seen).await;
    let later = sky.looked(6).await;
    assert_eq!(stands_down(&later), Some(expected));
    assert_eq!(later.decision.target, later.snapshot.fleet.wanted);
    assert_eq!(sky.changes(), []);
    lift().await;
    sky.changed(1).await;
    assert_eq!(sky.changes().len(), 1);
}

async fn edit(sky: &Sky, change: impl FnOnce(&mut Value)) {
    sky.platform.with(|cloud| cloud.edit(sky.app, change)).unwrap();
}

fn worker(spec: &mut Value) -> &mut serde_json::Map<String, Value> {
    spec.pointer_mut("/workers/1").unwrap().as_object_mut().unwrap()
}

#[tokio::test]
async fn while_a_deployment_runs() {
    let sky = Sky::new().await;
    sky.platform.with(|cloud| cloud.set_timeline(Timeline::default()));
    edit(&sky, |spec| spec["region"] = json!("nyc")).await;
    let lift = async || sky.platform.with(|cloud| cloud.advance(DEADLINE * 60));
    holds(&sky, StandDown::DeploymentRunning, lift).await;
}

#[tokio::test]
async fn while_the_app_is_pinned_by_a_rollback() {
    let sky = Sky::new().await;
    edit(&sky, |spec| spec["region"] = json!("nyc")).await;
    sky.platform.with(|cloud| {
        cloud.advance(DEADLINE);
        let first = cloud.deployments(sky.app)[0];
        cloud.roll_back(sky.app, first).unwrap();
        cloud.advance(DEADLINE);
    });
    let lift = async || {
        let url = format!("{}/v2/apps/{}/rollback/commit", sky.platform.base_url(), sky.app);
        let call = reqwest::Client::new().post(url).bearer_auth(sky.platform.token());
        assert!(call.send().await.unwrap().status().is_success());
    };
    holds(&sky, StandDown::Pinned, lift).await;
}

#[tokio::test]
async fn while_the_app_is_archived() {
    let sky = Sky::new().await;
    edit(&sky, |spec| spec["maintenance"] = json!({"archive": true})).await;
    let lift = async || edit(&sky, |spec| spec["maintenance"] = json!({})).await;
    holds(&sky, StandDown::Archived, lift).await;
}

#[tokio::test]
async fn while_the_app_is_in_maintenance() {
    let sky = Sky::new().await;
    edit(&sky, |spec| spec["maintenance"] = json!({"enabled": true})).await;
    let lift = async || edit(&sky, |spec| spec["maintenance"] = json!({"enabled": false})).await;
    holds(&sky, StandDown::Maintenance, lift).await;
}

#[tokio::test]
async fn while_the_app_is_in_error() {
    let sky = Sky::new().await;
    sky.platform.with(|cloud| cloud.break_app(sky.app));
    let lift = async || edit(&sky, |spec| spec["region"] = json!("nyc")).await;
    holds(&sky, StandDown::AppInError, lift).await;
}

#[tokio::test]
async fn while_the_platform_scales_by_itself() {
    let sky = Sky::new().await;
    let scaling =
        json!({"min_instance_count": 2, "max_instance_count": 5, "metrics": {"cpu": {"percent": 80}}});
    edit(&sky, |spec| {
        let worker = worker(spec);
        worker.remove("instance_count");
        worker.insert("instance_size_slug".to_owned(), json!("apps-d-1vcpu-1gb"));
        worker.insert("autoscaling".to_owned(), scaling);
    })
    .await;
    let lift = async || {
        edit(&sky, |spec| {
            let worker = worker(spec);
            worker.remove("autoscaling");
            worker.insert("instance_count".to_owned(), json!(2));
        })
        .await;
    };
    holds(&sky, StandDown::NativeAutoscaling, lift).await;
}

#[tokio::test]
async fn while_the_size_allows_one_instance_only() {
    let sky = Sky::with(1).await;
    let size = |slug: &'static str| {
        move |spec: &mut Value| {
            worker(spec).insert("instance_size_slug".to_owned(), json!(slug));
        }
    };
    edit(&sky, size("apps-s-1vcpu-0.5gb")).await;
    let lift = async || edit(&sky, size("apps-s-1vcpu-1gb")).await;
    holds(&sky, StandDown::SingleInstanceSize, lift).await;
}

#[tokio::test]
async fn while_the_deploy_lock_is_held() {
    let sky = Sky::new().await;
    assert!(sky.store.lock_deploy("ci", DEADLINE * 10).await.unwrap());
    let lift = async || assert!(sky.store.unlock_deploy("ci").await.unwrap());
    holds(&sky, StandDown::DeployLocked, lift).await;
}

#[tokio::test]
async fn while_operations_have_paused_scaling() {
    let sky = Sky::new().await;
    let _monitor = sky.monitor(&[]).await;
    let reason = "the insurer moves house".to_owned();
    assert_eq!(give(&sky, Command::Pause { reason }).await, "applied");
    drop(_monitor);
    let lift = async || assert_eq!(give(&sky, Command::Resume).await, "applied");
    holds(&sky, StandDown::Paused, lift).await;
}

#[tokio::test]
async fn while_the_circuit_to_the_insurer_is_open() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    beat(&sky.queue, Kind::Quote, "open").await;
    let _monitor = sky.monitor(&[]).await;
    let why = StandDown::CircuitOpen;
    let open = |record: &Record| stands_down(record) == Some(why);
    sky.decided("it stands down", open).await;
    sky.looked(6).await;
    assert_eq!(sky.changes(), []);
    beat(&sky.queue, Kind::Quote, "closed").await;
    sky.changed(1).await;
}

#[tokio::test]
async fn while_the_platform_refuses_the_token() {
    for status in [401, 403] {
        let sky = Sky::new().await;
        let refused = Fault::Status { status, done: false };
        sky.platform
            .with(|cloud| cloud.fail_always(Route::GetApp, Some(refused)));
        let lift = async || sky.platform.with(|cloud| cloud.fail_always(Route::GetApp, None));
        holds(&sky, StandDown::Unauthorized, lift).await;
    }
}

#[tokio::test]
async fn while_the_platform_does_not_answer() {
    for fault in [
        Fault::Status {
            status: 503,
            done: false,
        },
        Fault::Status {
            status: 524,
            done: false,
        },
        Fault::RateLimited { retry_after_s: 1 },
        Fault::Cut { done: false },
        Fault::Silence { done: false },
    ] {
        let sky = Sky::new().await;
        sky.platform
            .with(|cloud| cloud.fail_always(Route::GetApp, Some(fault)));
        let lift = async || sky.platform.with(|cloud| cloud.fail_always(Route::GetApp, None));
        holds(&sky, StandDown::PlatformUnreachable, lift).await;
    }
}

/// After a failed deployment nothing is tried again for a quarter of an hour, unless a person has seen to it.
#[tokio::test]
async fn after_a_failed_deployment() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    sky.platform.with(|cloud| cloud.end_next([Ending::Error]));
    let _monitor = sky.monitor(&[]).await;
    sky.changed(1).await;
    let failed = ended(&sky).await;
    assert_eq!(failed.ending, Some(Failed));
    // Somebody deploys what served before: nothing but the failure holds the change up that the backlog calls for again.
    edit(&sky, |spec| {
        worker(spec).insert("instance_count".to_owned(), json!(failed.from));
    })
    .await;
    sky.decided("it is held", |record| {
        matches!(stands_down(record), Some(StandDown::HeldAfterFailure { .. }))
    })
    .await;
    let later = sky.looked(6).await;
    assert_eq!(later.snapshot.fleet.wanted, failed.from);
    assert_eq!(sky.changes().len(), 1);
}

#[tokio::test]
async fn after_two_failed_deployments_until_a_person_acts() {
    let sky = Sky::new().await;
    let now = Moment(u64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap());
    let mut history = History::default();
    for (id, minutes_ago) in [("first", 180), ("second", 120)] {
        let at = now.minus(minutes_ago * 60_000);
        history.note_change(Change {
            id: id.to_owned(),
            at,
            from: 2,
            to: 4,
            ended: None,
            result: None,
        });
        history.note_result(id, at.plus(60_000), ChangeResult::Failed);
    }
    let limits = Limits::new(1.try_into().unwrap(), 5.try_into().unwrap());
    let policy = Policy::new(limits, Rule::Predictive(Predictive::default()));
    sky.remember(history, quiet(2, now.minus(1), 1), &policy, now.minus(1))
        .await;
    let lift = async || assert_eq!(give(&sky, Command::Resume).await, "applied");
    holds(&sky, StandDown::OffAfterFailures { failures: 2 }, lift).await;
}
