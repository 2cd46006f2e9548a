//! Operations steer the monitor.

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Action, Command, Mode, Reason, StandDown};
use loadsure_queue::{CommandMessage, Replies};
use loadsure_store::scaling::ProposalState;
use time::OffsetDateTime;
use tokio::time::timeout;
use uuid::Uuid;

use crate::stand::{DEADLINE, Ground, Stand, eventually};
use crate::work::{Work, publish};
use crate::worker::OBEDIENT;

/// Gives a command, and the one word that it is answered with.
pub(crate) async fn give(ground: &Ground, command: Command) -> String {
    let replies = Replies::start(&ground.queue).await.unwrap();
    let message = CommandMessage {
        id: Uuid::now_v7(),
        actor: "ctl:ada".to_owned(),
        at: OffsetDateTime::now_utc(),
        reply_to: Some(replies.stream_name().to_owned()),
        command,
    };
    let reply = replies.wait_for(message.reply_id());
    ground.queue.command(&message).await.unwrap();
    let reply = timeout(DEADLINE, reply).await.expect("never: a reply");
    reply.unwrap().outcome
}

fn pause() -> Command {
    let reason = "the insurer moves house".to_owned();
    Command::Pause { reason }
}

async fn audited(stand: &Stand) -> Vec<String> {
    let sql = "SELECT action || ' by ' || actor FROM audit_log ORDER BY id";
    stand.texts(sql).await
}

#[tokio::test]
async fn a_pin_is_kept_to_and_written_into_the_audit_log() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "4")]).await;
    assert_eq!(give(&stand, Command::Pin { workers: Some(3) }).await, "applied");
    stand
        .sampled("three work", |sample| {
            let reason = Reason::Pinned { workers: 3 };
            sample.workers.living == 3 && sample.decision.reason == reason
        })
        .await;
    assert_eq!(give(&stand, Command::Pin { workers: Some(9) }).await, "refused");
    assert_eq!(give(&stand, Command::Pin { workers: None }).await, "applied");
    assert_eq!(stand.store.steering().await.unwrap().pin, None);
    assert_eq!(audited(&stand).await, ["scaling.pin by ctl:ada"; 3]);
    assert_eq!(stand.yard.starts().len(), 3);
}

#[tokio::test]
async fn nothing_is_changed_during_a_pause() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "3")]).await;
    stand
        .sampled("one works", |sample| sample.workers.living == 1)
        .await;
    assert_eq!(give(&stand, pause()).await, "applied");
    let _work = Work::hold(&stand.queue, Kind::Quote, 1).await;
    publish(&stand.queue, Kind::Quote, 50).await;
    let paused = stand
        .sampled("the backlog is seen", |sample| {
            sample
                .streams
                .get(&Kind::Quote)
                .is_some_and(|stream| stream.pending == 1)
        })
        .await;
    assert_eq!(paused.stand_down, Some(StandDown::Paused));
    let why = StandDown::Paused;
    assert_eq!(
        (paused.decision.target, paused.decision.reason),
        (1, Reason::StandDown { why })
    );
    assert_eq!(give(&stand, Command::Resume).await, "applied");
    stand.started(2).await;
}

#[tokio::test]
async fn limits_are_kept_within_what_is_configured() {
    let stand = Stand::start(OBEDIENT, &[("MIN_WORKERS", "1"), ("MAX_WORKERS", "3")]).await;
    assert_eq!(give(&stand, Command::Limits { min: 2, max: 4 }).await, "refused");
    assert_eq!(give(&stand, Command::Limits { min: 2, max: 3 }).await, "applied");
    stand
        .sampled("two work", |sample| sample.workers.living == 2)
        .await;
}

/// What a person confirms is what was shown, once.
#[tokio::test]
async fn a_proposal_is_carried_out_when_a_person_confirms_it() {
    let variables = [
        ("MIN_WORKERS", "1"),
        ("MAX_WORKERS", "3"),
        ("SCALING_MODE", "propose"),
    ];
    let stand = Stand::start(OBEDIENT, &variables).await;
    let proposed = stand
        .sampled("the minimum is proposed", |sample| {
            matches!(&sample.outcome, Some(outcome) if matches!(outcome.action, Action::Proposed { .. }))
        })
        .await;
    assert_eq!((proposed.workers.wanted, proposed.decision.target), (0, 1));
    let open = stand.store.pending_proposal().await.unwrap().unwrap();
    assert_eq!((open.from, open.to, open.state), (0, 1, ProposalState::Open));
    let other = Command::Confirm {
        proposal: Uuid::now_v7(),
    };
    assert_eq!(give(&stand, other).await, "refused");
    assert_eq!(stand.yard.starts(), []);

    let confirm = Command::Confirm { proposal: open.id };
    assert_eq!(give(&stand, confirm.clone()).await, "applied");
    stand.started(1).await;
    assert_eq!(give(&stand, confirm).await, "refused", "it is not open any more");
    eventually("the change is written down", async || {
        let changes = stand.store.changes(10).await.unwrap();
        changes.len() == 1 && changes[0].ending.is_some()
    })
    .await;
    stand
        .sampled("nothing is left to propose", |sample| sample.workers.living == 1)
        .await;
    assert_eq!(stand.yard.starts().len(), 1);
}

/// P54: whoever only observes starts nobody.
#[tokio::test]
async fn an_observer_changes_nothing_until_it_is_told_to() {
    let stand = Stand::start(OBEDIENT, &[("SCALING_MODE", "observe")]).await;
    let first = stand.sampled("it observes", |_| true).await;
    let later = stand
        .sampled("it observes more", |sample| sample.sequence > first.sequence + 3)
        .await;
    assert_eq!((later.decision.target, later.workers.wanted), (1, 0));
    assert_eq!(stand.yard.starts(), []);
    assert_eq!(give(&stand, Command::Mode { mode: Mode::Act }).await, "applied");
    stand.started(1).await;
}

/// While a deployment holds the lock the number is left alone.
#[tokio::test]
async fn nothing_is_changed_while_the_deploy_lock_is_held() {
    let ground = Ground::prepare(OBEDIENT).await;
    assert!(ground.store.lock_deploy("ci", DEADLINE * 10).await.unwrap());
    assert!(!ground.store.lock_deploy("someone else", DEADLINE).await.unwrap());
    let stand = Stand::start_on(ground, &[]).await;
    let locked = stand
        .sampled("it stands down", |sample| sample.sequence > 3)
        .await;
    assert_eq!(locked.stand_down, Some(StandDown::DeployLocked));
    assert_eq!(stand.yard.starts(), []);
    assert!(stand.store.unlock_deploy("ci").await.unwrap());
    stand.started(1).await;
}
