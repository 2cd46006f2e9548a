//! Decisions, and what came of them.

use loadsure_core::scaling::{Action, Outcome};
use loadsure_store::Cursor;
use loadsure_store::scaling::{Ending, NewChange, ReplayFrom};

use super::*;

/// Two terms of decisions with a checkpoint at the beginning of each and one in the middle.
async fn two_terms(setup: &Setup) -> [u64; 2] {
    let first = lead(setup, "a").await;
    for sequence in 0..4 {
        record(setup, &first, sequence, sequence == 0).await;
    }
    setup.store.release_lead(first.clone()).await.unwrap();
    let second = lead(setup, "b").await;
    for sequence in 0..4 {
        record(setup, &second, sequence, sequence % 2 == 0).await;
    }
    [first.term(), second.term()]
}

async fn replayed(setup: &Setup, from: ReplayFrom) -> Vec<(u64, u64)> {
    let (mut found, mut next) = (Vec::new(), setup.store.replay_start(from).await.unwrap());
    while let Some(cursor) = next {
        let page = setup.store.decisions_from(cursor, 3).await.unwrap();
        assert!(page.items.len() <= 3);
        found.extend(page.items.iter().map(|one| (one.term, one.sequence)));
        next = page.next;
    }
    found
}

#[tokio::test]
async fn decisions_are_read_newest_first_page_by_page() {
    let setup = Setup::new().await;
    let [first, second] = two_terms(&setup).await;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = setup.store.decisions(3, after, false).await.unwrap();
        found.extend(page.items.iter().map(|one| (one.term, one.sequence)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let of = |term| (0..4).rev().map(move |sequence| (term, sequence));
    assert_eq!(found, of(second).chain(of(first)).collect::<Vec<_>>());
    let changes = setup.store.decisions(50, None, true).await.unwrap();
    assert_eq!(changes.items.len(), 4);
    assert!(changes.items.iter().all(|one| one.is_change));
    let latest: Record = serde_json::from_value(changes.items[0].record.clone()).unwrap();
    assert_eq!((latest.term, latest.sequence), (second, 3));
}

#[tokio::test]
async fn a_replay_begins_where_the_memory_is_known() {
    let setup = Setup::new().await;
    assert_eq!(setup.store.replay_start(ReplayFrom::Last(1)).await.unwrap(), None);
    let [first, second] = two_terms(&setup).await;
    let of = |term, from: u64| (from..4).map(move |sequence| (term, sequence));
    let last = |number| replayed(&setup, ReplayFrom::Last(number));
    assert_eq!(last(1).await, of(second, 2).collect::<Vec<_>>());
    assert_eq!(last(3).await, of(second, 0).collect::<Vec<_>>());
    let everything: Vec<_> = of(first, 0).chain(of(second, 0)).collect();
    assert_eq!(last(6).await, everything);
    assert_eq!(last(1_000).await, everything);
    let time = ReplayFrom::Time(OffsetDateTime::UNIX_EPOCH);
    assert_eq!(replayed(&setup, time).await, everything);

    // What lies before a checkpoint that was removed cannot be replayed.
    setup
        .run(&format!(
            "DELETE FROM scaling_decisions WHERE term = {first} AND sequence = 0"
        ))
        .await;
    assert_eq!(last(1_000).await, of(second, 0).collect::<Vec<_>>());
    let nowhere = Cursor(Uuid::max());
    assert!(
        setup
            .store
            .decisions_from(nowhere, 5)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn a_decision_is_recorded_once_and_its_outcome_added() {
    let setup = Setup::new().await;
    let first = lead(&setup, "a").await;
    let recorded = decision(&first, 0, true);
    let other = Record {
        mode: Mode::Observe,
        ..recorded.clone()
    };
    for record in [&recorded, &other] {
        setup.store.record_decision(&first, record).await.unwrap();
    }
    setup.store.release_lead(first.clone()).await.unwrap();
    let second = lead(&setup, "b").await;
    setup
        .store
        .note_outcome(&second, (first.term(), 0), &outcome())
        .await
        .unwrap();
    let last = setup.store.scaling_state().await.unwrap().last.unwrap();
    let expected = Record {
        outcome: Some(outcome()),
        ..recorded
    };
    assert_eq!(serde_json::from_value::<Record>(last.record).unwrap(), expected);
    let rule = serde_json::to_value(expected.decision.reason).unwrap();
    assert_eq!(rule["rule"], last.reason);
}

/// A record tells the term that it was made in, and that is the term that it is written under.
#[tokio::test]
async fn a_decision_of_another_term_is_not_recorded() {
    let setup = Setup::new().await;
    let first = lead(&setup, "a").await;
    let stale = decision(&first, 0, true);
    let again = lead(&setup, "a").await;
    let refused = setup.store.record_decision(&again, &stale).await;
    assert!(matches!(refused, Err(loadsure_store::scaling::Error::Fenced)));
    assert_eq!(setup.count("scaling_decisions").await, 0);
}

pub(super) fn outcome() -> Outcome {
    let change = "d-1".to_owned();
    Outcome {
        action: Action::Changed { change },
        monthly_cents: Some(2_400),
    }
}

#[tokio::test]
async fn a_change_is_written_down_before_it_is_made_and_ended_once() {
    let setup = Setup::new().await;
    let lead = lead(&setup, "a").await;
    let (id, detail) = (Uuid::now_v7(), json!({"monthlyCost": 24}));
    let new = NewChange {
        id,
        sequence: 7,
        from: 1,
        to: 3,
        actuator: "digitalocean",
        proposal: None,
        detail: &detail,
    };
    setup.store.begin_change(&lead, &new).await.unwrap();
    setup.store.begin_change(&lead, &new).await.unwrap();
    let change = setup.store.changes(5).await.unwrap().pop().unwrap();
    assert_eq!((change.from, change.to, change.ending), (1, 3, None));
    for (ending, more) in [(Ending::Failed, "d-1"), (Ending::Applied, "d-2")] {
        let more = json!({"deployment": more});
        setup.store.end_change(&lead, id, ending, &more).await.unwrap();
    }
    let changes = setup.store.changes(5).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].ending, Some(Ending::Failed));
    assert_eq!(changes[0].detail, json!({"monthlyCost": 24, "deployment": "d-1"}));
    assert!(changes[0].ended_at.is_some());
}
