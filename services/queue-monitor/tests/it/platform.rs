//! Workers on App Platform.

use loadsure_core::scaling::{Action, Reason, StandDown};
use loadsure_store::scaling::{Change, Ending};
use loadsure_testkit::digitalocean::{Ending as Deployed, Fault, Route};

use crate::sky::Sky;
use crate::stand::{DEADLINE, eventually};

/// The latest change, once it has ended.
pub(crate) async fn ended(sky: &Sky) -> Change {
    eventually("the change has ended", async || {
        let changes = sky.store.changes(1).await.unwrap();
        changes.first().is_some_and(|change| change.ending.is_some())
    })
    .await;
    sky.store.changes(1).await.unwrap().remove(0)
}

/// S7, S10: one jump and one deployment, of which everything is written down.
#[tokio::test]
async fn a_backlog_is_met_by_one_deployment() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let _monitor = sky.monitor(&[]).await;
    sky.changed(1).await;
    let change = ended(&sky).await;
    assert_eq!(change.ending, Some(Ending::Applied));
    assert_eq!(change.from, 2);
    assert!(change.to > 2 && change.to <= 5, "{change:?}");
    assert!(change.detail["deployment"].is_string(), "{change:?}");
    let held = sky
        .decided("the next change has to wait", |record| {
            matches!(
                record.decision.reason,
                Reason::Gap { .. } | Reason::AtMaximum { .. }
            )
        })
        .await;
    assert_eq!(held.snapshot.fleet.wanted, change.to, "the live number");
    sky.looked(5).await;
    assert_eq!(sky.changes(), [(2, u64::from(change.to))]);

    let sql = format!(
        "SELECT (record -> 'outcome' ->> 'monthlyCents') FROM scaling_decisions WHERE sequence = {}",
        change.sequence
    );
    let cents: u64 = sky.texts(&sql).await[0].parse().unwrap();
    assert_eq!(cents % 100, 0);
    assert!(cents > 0);
}

/// Nothing is changed unless somebody asks for it.
#[tokio::test]
async fn a_platform_is_only_observed_by_default() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let program = sky.program("monitor").without_env("SCALING_MODE");
    let _monitor = program.start().await.unwrap();
    let record = sky
        .decided("it would add workers", |record| record.decision.target > 2)
        .await;
    assert_eq!(record.outcome.unwrap().action, Action::Nothing);
    sky.looked(5).await;
    assert_eq!(sky.changes(), []);
}

#[tokio::test]
async fn what_would_cost_too_much_is_not_done() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let _monitor = sky.monitor(&[("SCALING_COST_CEILING_USD", "60")]).await;
    let change = ended(&sky).await;
    let why = change.detail["refused"].as_str().unwrap();
    assert!(why.contains("may cost 60"), "{why}");
    let record = sky
        .decided("it is not tried at every look", |record| {
            matches!(&record.outcome, Some(outcome) if matches!(outcome.action, Action::Refused { .. }))
        })
        .await;
    assert!(record.decision.target > 2);
    sky.looked(5).await;
    assert_eq!(sky.changes(), []);
    assert_eq!(sky.store.changes(10).await.unwrap().len(), 1);
}

/// A change whose answer was lost is looked for before anything is sent again.
#[tokio::test]
async fn a_lost_answer_is_no_second_change() {
    for fault in [
        Fault::Cut { done: true },
        Fault::Status {
            status: 524,
            done: true,
        },
    ] {
        let sky = Sky::new().await;
        let _work = sky.backlog().await;
        sky.platform
            .with(|cloud| cloud.fail_next(Route::UpdateApp, fault));
        let _monitor = sky.monitor(&[]).await;
        let change = ended(&sky).await;
        assert_eq!(change.ending, Some(Ending::Applied), "{fault:?} {change:?}");
        sky.looked(5).await;
        assert_eq!(sky.changes(), [(2, u64::from(change.to))], "{fault:?}");
    }
}

#[tokio::test]
async fn a_change_that_never_arrived_counts_as_failed() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    let lost = Fault::Cut { done: false };
    sky.platform.with(|cloud| cloud.fail_next(Route::UpdateApp, lost));
    let _monitor = sky.monitor(&[]).await;
    let change = ended(&sky).await;
    assert_eq!(change.ending, Some(Ending::Failed));
    assert_eq!(change.detail["why"], "the change never arrived");
    sky.looked(5).await;
    assert_eq!(sky.changes(), []);
}

/// The specification keeps the number of a deployment that failed, while the one before it serves. The same number cannot
/// be asked for again: a person has to see to it.
#[tokio::test]
async fn a_number_that_failed_to_be_deployed_is_not_believed() {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    sky.platform.with(|cloud| cloud.end_next([Deployed::Error]));
    let mut monitor = sky.monitor(&[]).await;
    assert_eq!(ended(&sky).await.ending, Some(Ending::Failed));
    let why = StandDown::AppInError;
    sky.decided("it stands down", |record| {
        record.decision.reason == Reason::StandDown { why }
    })
    .await;
    monitor
        .wait_for_line("another number of workers serves than was asked for", DEADLINE)
        .await
        .unwrap();
    sky.looked(5).await;
    assert_eq!(sky.changes().len(), 1);
}
