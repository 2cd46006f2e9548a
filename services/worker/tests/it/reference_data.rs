//! Refreshes of the reference data.

use loadsure_core::job::Kind;
use loadsure_core::support_data;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};

use crate::support::{Stage, eventually};

/// P45: of several workers that start on an empty database, one refreshes.
#[tokio::test]
async fn the_first_refresh_is_due_at_once_and_made_by_one_of_all_workers() {
    let stage = Stage::set().await;
    let (_one, _two, _three) = tokio::join!(stage.worker(), stage.worker(), stage.worker());
    stage.refreshed().await;
    eventually("the refresh is over", async || {
        !stage.store.refresh_is_active().await.unwrap()
    })
    .await;
    stage.settled(Kind::SupportData).await;
    assert_eq!(stage.sandbox.requests(Operation::Commodities).len(), 1);
    let next = stage.store.schedule().await.unwrap().unwrap().next_run_at;
    assert!(next > stage.store.now().await.unwrap());
}

/// P42, P43: a list that failed, or came empty, keeps its data and its timestamp; the others are refreshed.
#[tokio::test]
async fn a_list_that_failed_keeps_its_data_and_its_timestamp() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    stage.refreshed().await;
    let list = async |kind| stage.store.support_list(kind).await.unwrap().unwrap();
    let (failing, working) = (support_data::Kind::Commodities, support_data::Kind::LoadTypes);
    let before = (list(failing).await, list(working).await);
    let broken = Trouble::Garbage { commits: false };
    stage
        .sandbox
        .set_faults([Fault::once(Operation::Commodities, broken)]);
    let job = stage.accept_refresh().await;

    assert_eq!(stage.done(Kind::SupportData, job).await, "done");

    let after = (list(failing).await, list(working).await);
    assert_eq!(after.0.refreshed_at, before.0.refreshed_at);
    assert_eq!(after.0.items, before.0.items);
    assert!(after.1.refreshed_at > before.1.refreshed_at);
    let statuses = stage.store.support_status().await.unwrap();
    let failed: Vec<_> = statuses
        .iter()
        .filter(|status| status.error.is_some())
        .map(|status| status.kind)
        .collect();
    assert_eq!(failed, [failing]);
    stage.event("support_data.refreshed", job).await;
}
