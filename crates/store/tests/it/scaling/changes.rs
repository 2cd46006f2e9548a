//! Changes that were begun, as a successor remembers them.

use loadsure_core::scaling::ChangeResult;
use loadsure_store::scaling::{Ending, NewChange};

use super::*;

/// A change that ended so, or is under way.
async fn changed(setup: &Setup, lead: &Lead, to: u32, end: Option<(Ending, Value)>) -> Uuid {
    let id = Uuid::now_v7();
    let new = NewChange {
        id,
        sequence: 1,
        from: 2,
        to,
        actuator: "digitalocean",
        proposal: None,
        detail: &json!({}),
    };
    setup.store.begin_change(lead, &new).await.unwrap();
    if let Some((ending, detail)) = end {
        setup.store.end_change(lead, id, ending, &detail).await.unwrap();
    }
    id
}

#[tokio::test]
async fn recent_changes_are_remembered_in_their_order_without_those_given_up() {
    let setup = Setup::new().await;
    let lead = lead(&setup, "a").await;
    let old = changed(&setup, &lead, 3, Some((Ending::Applied, json!({})))).await;
    setup
        .run("UPDATE scaling_changes SET started_at = now() - interval '2 days'")
        .await;
    let applied = changed(&setup, &lead, 3, Some((Ending::Applied, json!({})))).await;
    changed(
        &setup,
        &lead,
        3,
        Some((Ending::Failed, json!({"refused": "too expensive"}))),
    )
    .await;
    let unknown = changed(&setup, &lead, 4, Some((Ending::Unknown, json!({})))).await;
    let running = changed(&setup, &lead, 5, None).await;

    let since = |days| OffsetDateTime::now_utc() - time::Duration::days(days);
    let recent = setup.store.recent_changes(since(1)).await.unwrap();
    let ids: Vec<Uuid> = recent.iter().map(|change| change.id).collect();
    assert_eq!(ids, [applied, unknown, running]);
    assert_eq!(setup.store.recent_changes(since(3)).await.unwrap()[0].id, old);

    let remembered: Vec<_> = recent.iter().map(|change| change.remembered()).collect();
    let results: Vec<_> = remembered
        .iter()
        .map(|change| (change.to, change.result))
        .collect();
    let expected = [
        (3, Some(ChangeResult::Applied)),
        (4, Some(ChangeResult::Failed)),
        (5, None),
    ];
    assert_eq!(results, expected);
    let began = recent[0].started_at.unix_timestamp();
    assert_eq!(remembered[0].at.0 / 1_000, u64::try_from(began).unwrap());
    assert_eq!(remembered[2].ended, None);
    let history = History::default().with_changes(remembered);
    assert_eq!(
        history.running(Moment(recent[2].remembered().at.0)).unwrap().id,
        running.to_string()
    );
}
