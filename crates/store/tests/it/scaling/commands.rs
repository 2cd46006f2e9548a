//! Commands: applied once, audited, or refused.

use loadsure_core::scaling::{Refusal, Steering};
use loadsure_store::Replay;

use super::*;

fn pin(workers: u32) -> Command {
    let workers = Some(workers);
    Command::Pin { workers }
}

async fn audit(setup: &Setup) -> Vec<(String, String, Value, Value)> {
    let sql = "SELECT action, actor, before, after FROM audit_log ORDER BY id";
    let rows = setup.sql.query(sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect()
}

#[tokio::test]
async fn a_command_changes_what_is_asked_for_and_is_audited() {
    let setup = Setup::new().await;
    let lead = lead(&setup, "a").await;
    let reason = "insurer migrates".to_owned();
    let paused = apply(&setup, &lead, Command::Pause { reason }).await;
    let steering = paused.outcome.unwrap();
    assert_eq!(steering, setup.store.steering().await.unwrap());
    assert_eq!(steering.paused.as_ref().unwrap().by, "ctl:ada");
    let resumed = apply(&setup, &lead, Command::Resume).await.outcome.unwrap();
    assert_eq!(resumed, Steering::default());

    let audit = audit(&setup).await;
    let actions: Vec<&str> = audit.iter().map(|(action, ..)| action.as_str()).collect();
    assert_eq!(actions, ["scaling.pause", "scaling.resume"]);
    let (_, actor, before, after) = &audit[0];
    assert_eq!(actor, "ctl:ada");
    assert_eq!(before["paused"], Value::Null);
    assert_eq!(after["paused"]["reason"], "insurer migrates");
    assert_eq!(&audit[1].2, after);
}

#[tokio::test]
async fn a_command_that_is_delivered_twice_is_applied_once_and_answered_alike() {
    let setup = Setup::new().await;
    let first = lead(&setup, "a").await;
    let id = Uuid::now_v7();
    let applied = try_apply(&setup, &first, id, &pin(3)).await.unwrap();
    apply(&setup, &first, Command::Pin { workers: None }).await;
    let (refused, no) = (Uuid::now_v7(), Command::Limits { min: 3, max: 2 });
    let refusal = try_apply(&setup, &first, refused, &no).await.unwrap().outcome;
    expire(&setup).await;

    let successor = lead(&setup, "b").await;
    let again = try_apply(&setup, &successor, id, &pin(3)).await.unwrap();
    assert!(again.is_repeat && !applied.is_repeat);
    assert_eq!(
        again.outcome,
        Ok(Steering::default()),
        "what was done since stays"
    );
    let again = try_apply(&setup, &successor, refused, &no).await.unwrap();
    assert_eq!(again.outcome, refusal);
    assert_eq!(audit(&setup).await.len(), 3);
}

#[tokio::test]
async fn a_refused_command_changes_nothing_and_says_why() {
    let setup = Setup::new().await;
    let lead = lead(&setup, "a").await;
    let (id, command) = (Uuid::now_v7(), pin(6));
    let refused = try_apply(&setup, &lead, id, &command).await.unwrap();
    let refusal = Refusal::PinOutsideLimits { min: 1, max: 5 };
    assert_eq!(refused.outcome, Err(refusal));
    assert_eq!(setup.store.steering().await.unwrap(), Steering::default());
    let known = setup.store.scaling_command(id).await.unwrap().unwrap();
    assert_eq!((known.refusal, known.command), (Some(refusal), command));
    let (_, _, _, after) = audit(&setup).await.pop().unwrap();
    assert_eq!(after["refused"], "pin_outside_limits");
    assert_eq!(setup.store.scaling_command(Uuid::now_v7()).await.unwrap(), None);
}

/// A key stands for one command, which may be sent again under its id until it has an answer.
#[tokio::test]
async fn a_key_stands_for_one_command() {
    let setup = Setup::new().await;
    let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
    let claim = |key, id| {
        let (store, tenant) = (&setup.store, setup.tenant);
        async move { store.claim_command(tenant, &key, id).await.unwrap() }
    };
    assert_eq!(claim(key("k", 1), id).await, None);
    let Some(Replay::Accepted { subject, .. }) = claim(key("k", 1), other).await else {
        panic!("it was accepted")
    };
    assert_eq!(subject, id);
    assert_eq!(claim(key("k", 2), other).await, Some(Replay::Reused));
}
