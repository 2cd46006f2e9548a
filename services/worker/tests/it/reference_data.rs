//! Refreshes of the reference data.

use std::time::Duration;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::SupportData as _;
use loadsure_core::support_data;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_store::JobState;

use crate::support::{Stage, eventually, hurried};

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

/// P45: a refresh whose worker died is made by whoever takes its job over, not when the lease of the dead one ends.
#[tokio::test]
async fn a_refresh_whose_worker_died_is_made_by_another() {
    let stage = Stage::set().await;
    let hang = Trouble::Hang { commits: false };
    stage
        .sandbox
        .set_faults([Fault::always(Operation::Commodities, hang)]);
    let first = stage.worker().await;
    eventually("a refresh is in mid-call", async || {
        !stage.sandbox.requests(Operation::Commodities).is_empty()
    })
    .await;
    drop(first);
    stage.sandbox.set_faults([]);
    assert!(stage.store.refresh_is_active().await.unwrap());

    let _second = stage.worker().await;

    stage.refreshed().await;
    stage.settled(Kind::SupportData).await;
    assert_eq!(
        stage
            .count("jobs WHERE kind = 'support-data' AND state <> 'done'")
            .await,
        0
    );
}

/// P42: a job that found others refreshing to its end has refreshed nothing, and does not say otherwise.
#[tokio::test]
async fn a_refresh_that_was_never_its_turn_is_no_success() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    stage.refreshed().await;
    stage.settled(Kind::SupportData).await;
    let other = Ticket {
        job: JobId::generate(),
        attempt: 1,
    };
    let lease = stage.store.lease(other, Duration::from_secs(600)).await.unwrap();
    assert!(lease.is_some());
    let job = stage.accept_refresh().await;
    let waiter = stage.publish(Kind::SupportData, job).await;

    hurried(&stage, waiter).await;

    let view = stage.store.job(job).await.unwrap().unwrap();
    assert_eq!(
        (view.state, view.failure),
        (JobState::Dead, Some(ErrorCode::Overloaded))
    );
    let letters = stage
        .queue
        .dead_letters(Kind::SupportData, None, 10)
        .await
        .unwrap();
    assert!(letters.is_empty());
}
