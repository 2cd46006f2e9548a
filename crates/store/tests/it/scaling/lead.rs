//! Who leads.

use std::time::Duration;

use loadsure_core::scaling::Steering;
use loadsure_store::scaling::{Clearance, Ending, Error, NewChange};

use super::*;

#[tokio::test]
async fn one_monitor_leads_and_the_next_has_a_higher_term() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let ask = |instance| store.take_lead(instance, LENGTH);
    let (one, two, three) = tokio::join!(ask("a"), ask("b"), ask("c"));
    let mut leads: Vec<Lead> = [one, two, three].into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(leads.len(), 1);
    let first = leads.pop().unwrap();
    let leader = store.leader().await.unwrap().unwrap();
    assert_eq!(leader.term, first.term());
    store.release_lead(first.clone()).await.unwrap();
    assert_eq!(store.leader().await.unwrap(), None);
    assert!(lead(&setup, "d").await.term() > first.term());
}

#[tokio::test]
async fn a_lead_is_renewed_only_while_it_lasts() {
    let setup = Setup::new().await;
    let mut first = lead(&setup, "a").await;
    assert!(first.remaining() <= LENGTH && first.remaining() > Duration::ZERO);
    assert!(setup.store.renew_lead(&mut first).await.unwrap());
    expire(&setup).await;
    assert!(!setup.store.renew_lead(&mut first).await.unwrap());
    let _second = lead(&setup, "b").await;
    assert!(!setup.store.renew_lead(&mut first).await.unwrap());
    setup.store.release_lead(first).await.unwrap();
    let leader = setup.store.leader().await.unwrap().unwrap();
    assert_eq!(
        leader.instance, "b",
        "a former leader does not end another's lead"
    );
}

/// A process that lost the answer to its question need not wait for its own lease to end.
#[tokio::test]
async fn a_leader_that_asks_again_leads_under_a_new_term() {
    let setup = Setup::new().await;
    let (first, again) = (lead(&setup, "a").await, lead(&setup, "a").await);
    assert!(again.term() > first.term());
    let record = decision(&first, 0, true);
    let stale = setup.store.record_decision(&first, &record).await;
    assert!(matches!(stale, Err(Error::Fenced)), "{stale:?}");
}

#[tokio::test]
async fn what_remains_of_a_lead_is_never_more_than_it_surely_is() {
    let setup = Setup::new().await;
    let short = Duration::from_millis(1);
    let lead = setup.store.take_lead("a", short).await.unwrap().unwrap();
    // The answer took its time, which is not counted as time that is left.
    tokio::time::sleep(short).await;
    assert_eq!(lead.remaining(), Duration::ZERO);
}

/// P45: whatever a former leader writes, nothing changes and it is told.
#[tokio::test]
async fn a_former_leader_changes_nothing() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let former = lead(&setup, "a").await;
    expire(&setup).await;
    for successor in [None, Some("b")] {
        if let Some(instance) = successor {
            lead(&setup, instance).await;
        }
        let (id, document) = (Uuid::now_v7(), json!({}));
        let outcome = super::decisions::outcome();
        let change = NewChange {
            id,
            sequence: 0,
            from: 1,
            to: 2,
            actuator: "dry-run",
            proposal: None,
            detail: &document,
        };
        let proposal = super::proposals::new(id, &document);
        let results = [
            store.record_decision(&former, &decision(&former, 0, true)).await,
            store.note_outcome(&former, (1, 0), &outcome).await,
            store.begin_change(&former, &change).await,
            store.note_change(&former, id, &document).await,
            store.end_change(&former, id, Ending::Failed, &document).await,
            store.propose(&former, &proposal).await,
            store.withdraw_proposal(&former).await,
            try_apply(&setup, &former, id, &Command::Resume).await.map(drop),
        ];
        for result in results {
            assert!(matches!(result, Err(Error::Fenced)), "{result:?}");
        }
    }
    for table in ["decisions", "changes", "proposals", "commands"] {
        assert_eq!(setup.count(&format!("scaling_{table}")).await, 0, "{table}");
    }
    assert_eq!(setup.count("audit_log").await, 0);
}

/// P45: a write that meets a change of leaders in progress waits for it, and is not written under the old term.
#[tokio::test]
async fn a_write_that_meets_a_new_leader_is_not_written() {
    let setup = Setup::new().await;
    let former = lead(&setup, "a").await;
    let (decision, command) = (decision(&former, 0, true), Command::Resume);
    setup
        .run("BEGIN; UPDATE leases SET term = term + 1 WHERE name = 'queue-monitor'")
        .await;
    let writes = async {
        tokio::join!(
            setup.store.record_decision(&former, &decision),
            try_apply(&setup, &former, Uuid::now_v7(), &command),
        )
    };
    let other = session(setup.db.url()).await;
    let succession = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND wait_event_type = 'Lock'";
        while other.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        setup.run("COMMIT").await;
    };
    let ((recorded, applied), ()) = tokio::join!(writes, succession);
    assert!(matches!(recorded, Err(Error::Fenced)), "{recorded:?}");
    assert!(matches!(applied, Err(Error::Fenced)), "{applied:?}");
}

#[tokio::test]
async fn operations_see_who_leads_and_who_stands_by() {
    let setup = Setup::new().await;
    lead(&setup, "a").await;
    assert!(setup.store.take_lead("b", LENGTH).await.unwrap().is_none());
    let state = setup.store.scaling_state().await.unwrap();
    assert_eq!(state.leader.unwrap().instance, "a");
    let names: Vec<&str> = state.standing_by.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["b"]);
    setup
        .run("UPDATE scaling_monitors SET seen_at = now() - interval '2 minutes'")
        .await;
    assert_eq!(setup.store.scaling_state().await.unwrap().standing_by, []);
}

/// The last question before a change: every reason against it is told.
#[tokio::test]
async fn a_change_is_cleared_only_while_nothing_speaks_against_it() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let mut first = lead(&setup, "a").await;
    let free = Steering::default();
    assert_eq!(store.clear(&mut first, &free).await.unwrap(), Clearance::Given);
    assert!(store.lock_deploy("ci", LENGTH).await.unwrap());
    assert_eq!(
        store.clear(&mut first, &free).await.unwrap(),
        Clearance::DeployLocked
    );
    setup
        .run("UPDATE leases SET until = now() WHERE name = 'deploy'")
        .await;
    let pin = Command::Pin { workers: Some(2) };
    let pinned = apply(&setup, &first, pin).await.outcome.unwrap();
    assert_eq!(store.clear(&mut first, &free).await.unwrap(), Clearance::Steered);
    assert_eq!(store.clear(&mut first, &pinned).await.unwrap(), Clearance::Given);
    let reason = "wait".to_owned();
    let paused = apply(&setup, &first, Command::Pause { reason }).await;
    let paused = paused.outcome.unwrap();
    assert_eq!(
        store.clear(&mut first, &paused).await.unwrap(),
        Clearance::Steered
    );
    expire(&setup).await;
    assert_eq!(store.clear(&mut first, &paused).await.unwrap(), Clearance::Fenced);
}
