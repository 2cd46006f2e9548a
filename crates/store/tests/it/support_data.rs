//! Reference data and the right to refresh them.

use std::time::Duration;

use loadsure_core::ports::{Jobs as _, SupportData as _};
use loadsure_core::support_data::Kind;
use serde_json::{Value, json};

use crate::support::*;

const LENGTH: Duration = Duration::from_secs(60);

fn items(name: &str) -> Vec<Value> {
    vec![json!({"id": 1, "name": name})]
}

/// P45: one holds the lease; a former holder neither writes nor takes it from the next one.
#[tokio::test]
async fn a_former_holder_changes_nothing() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let (mine, theirs) = (first(job().id), first(job().id));
    let old = store.lease(mine, LENGTH).await.unwrap().unwrap();
    assert!(store.lease(theirs, LENGTH).await.unwrap().is_none());
    assert!(store.refresh_is_active().await.unwrap());
    setup.run("UPDATE leases SET until = now()").await;
    assert!(
        !store
            .save(old, Kind::Commodities, &items("too late"))
            .await
            .unwrap()
    );

    let new = store.lease(theirs, LENGTH).await.unwrap().unwrap();
    assert!(new.term > old.term);
    assert!(store.save(new, Kind::Commodities, &items("new")).await.unwrap());
    assert!(!store.save(old, Kind::Commodities, &items("old")).await.unwrap());
    store.note_failure(old, Kind::Commodities, "old").await.unwrap();
    store.release(old).await.unwrap();
    assert!(
        store.lease(mine, LENGTH).await.unwrap().is_none(),
        "it is still held"
    );
    let list = store.support_list(Kind::Commodities).await.unwrap().unwrap();
    assert_eq!(list.items, items("new"));
    assert_eq!(
        setup.count("support_data_attempts WHERE error IS NOT NULL").await,
        0
    );
    store.release(new).await.unwrap();
    assert!(!store.refresh_is_active().await.unwrap());
    assert!(store.lease(mine, LENGTH).await.unwrap().is_some());
}

/// P42, P43: a failure keeps the data and their timestamp, and an empty list is refused.
#[tokio::test]
async fn a_failed_refresh_keeps_data_and_timestamp() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let lease = store.lease(first(job().id), LENGTH).await.unwrap().unwrap();
    store.save(lease, Kind::LoadTypes, &items("a")).await.unwrap();
    setup
        .run("UPDATE support_data SET refreshed_at = '2026-01-01T00:00:00Z'")
        .await;
    let before = store.support_list(Kind::LoadTypes).await.unwrap().unwrap();
    store
        .note_failure(lease, Kind::LoadTypes, "the insurer is away")
        .await
        .unwrap();
    store.save(lease, Kind::LoadTypes, &[]).await.unwrap_err();
    let after = store.support_list(Kind::LoadTypes).await.unwrap().unwrap();
    assert_eq!(
        (after.items, after.refreshed_at),
        (before.items, before.refreshed_at)
    );
    let all = store.support_status().await.unwrap();
    assert_eq!(all.len(), Kind::ALL.len());
    let status = all.iter().find(|one| one.kind == Kind::LoadTypes).unwrap();
    assert_eq!(status.error.as_deref(), Some("the insurer is away"));
    assert_eq!(
        (status.count, status.refreshed_at),
        (Some(1), Some(before.refreshed_at))
    );
    assert!(status.attempted_at.unwrap() > before.refreshed_at);
    let never = all.iter().find(|one| one.kind == Kind::Commodities).unwrap();
    assert_eq!((never.count, never.attempted_at), (None, None));

    store.save(lease, Kind::LoadTypes, &items("b")).await.unwrap();
    let all = store.support_status().await.unwrap();
    let status = all.iter().find(|one| one.kind == Kind::LoadTypes).unwrap();
    assert_eq!(status.error, None);
}

/// P45: a job whose worker died does not wait for its own lease; that worker, should it live, writes nothing more.
#[tokio::test]
async fn a_job_takes_its_own_lease_over() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let (mine, theirs) = (first(job().id), first(job().id));
    let dead = store.lease(mine, LENGTH).await.unwrap().unwrap();
    let alive = store.lease(mine, LENGTH).await.unwrap().unwrap();
    assert!(alive.term > dead.term);
    assert!(!store.save(dead, Kind::Commodities, &items("dead")).await.unwrap());
    store.release(dead).await.unwrap();
    assert!(store.lease(theirs, LENGTH).await.unwrap().is_none());
    assert!(
        store
            .save(alive, Kind::Commodities, &items("alive"))
            .await
            .unwrap()
    );
    // A lease of code that knows no holders is nobody's own.
    setup.run("UPDATE leases SET holder = NULL").await;
    assert!(store.lease(mine, LENGTH).await.unwrap().is_none());
}

#[tokio::test]
async fn of_many_that_ask_one_gets_the_lease() {
    let setup = Setup::new().await;
    let ask = || setup.store.lease(first(job().id), LENGTH);
    let (one, two, three, four) = tokio::join!(ask(), ask(), ask(), ask());
    let got = [one, two, three, four].map(Result::unwrap);
    assert_eq!(got.iter().flatten().count(), 1);
}

/// P21: a refresh that ended, or another attempt of it, is not due.
#[tokio::test]
async fn a_refresh_is_due_until_it_ends() {
    let setup = Setup::new().await;
    let job = job();
    setup.store.accept_refresh(&job, None).await.unwrap();
    let ticket = first(job.id);
    assert!(setup.store.refresh_is_due(ticket).await.unwrap());
    let other = loadsure_core::job::Ticket { attempt: 2, ..ticket };
    assert!(!setup.store.refresh_is_due(other).await.unwrap());
    setup.store.finish(ticket, json!({})).await.unwrap();
    assert!(!setup.store.refresh_is_due(ticket).await.unwrap());
}
