//! Proposals: what is confirmed is what was shown.

use loadsure_core::scaling::Refusal;
use loadsure_store::scaling::{NewChange, NewProposal, ProposalState};

use super::*;

pub(super) fn new(id: Uuid, detail: &Value) -> NewProposal<'_> {
    NewProposal {
        id,
        sequence: 3,
        from: 2,
        to: 4,
        valid_for: LENGTH,
        detail,
    }
}

/// A leader in mode propose, and its proposal.
async fn proposed(setup: &Setup) -> (Lead, Uuid) {
    let lead = lead(setup, "a").await;
    let mode = Mode::Propose;
    apply(setup, &lead, Command::Mode { mode }).await.outcome.unwrap();
    let id = propose(setup, &lead).await;
    (lead, id)
}

async fn propose(setup: &Setup, lead: &Lead) -> Uuid {
    let (id, detail) = (Uuid::now_v7(), json!({"reason": "backlog"}));
    setup.store.propose(lead, &new(id, &detail)).await.unwrap();
    id
}

async fn confirm(setup: &Setup, lead: &Lead, proposal: Uuid) -> Applied {
    apply(setup, lead, Command::Confirm { proposal }).await
}

async fn pending(setup: &Setup) -> Option<(Uuid, ProposalState)> {
    let pending = setup.store.pending_proposal().await.unwrap();
    pending.map(|proposal| (proposal.id, proposal.state))
}

#[tokio::test]
async fn a_proposal_is_confirmed_once_and_carried_out_once() {
    let setup = Setup::new().await;
    let (lead, id) = proposed(&setup).await;
    assert_eq!(pending(&setup).await, Some((id, ProposalState::Open)));
    let confirmed = confirm(&setup, &lead, id).await.confirmed.unwrap();
    assert_eq!((confirmed.from, confirmed.to, confirmed.sequence), (2, 4, 3));
    assert_eq!(confirmed.decided_by.as_deref(), Some("ctl:ada"));
    let again = confirm(&setup, &lead, id).await;
    assert_eq!(again.outcome, Err(Refusal::ProposalClosed));
    assert_eq!(again.confirmed, None);

    // A leader that takes over now finds it, until somebody has begun to carry it out.
    assert_eq!(pending(&setup).await, Some((id, ProposalState::Confirmed)));
    let detail = json!({});
    let change = |id, proposal| NewChange {
        id,
        sequence: 4,
        from: 2,
        to: 4,
        actuator: "process",
        proposal: Some(proposal),
        detail: &detail,
    };
    setup
        .store
        .begin_change(&lead, &change(Uuid::now_v7(), id))
        .await
        .unwrap();
    assert_eq!(pending(&setup).await, None);
    setup
        .store
        .begin_change(&lead, &change(Uuid::now_v7(), id))
        .await
        .unwrap_err();
}

#[tokio::test]
async fn a_later_proposal_takes_the_place_of_the_one_before() {
    let setup = Setup::new().await;
    let (lead, first) = proposed(&setup).await;
    let second = propose(&setup, &lead).await;
    assert_eq!(pending(&setup).await, Some((second, ProposalState::Open)));
    let stale = confirm(&setup, &lead, first).await;
    assert_eq!(stale.outcome, Err(Refusal::ProposalClosed));
    let unknown = confirm(&setup, &lead, Uuid::now_v7()).await;
    assert_eq!(unknown.outcome, Err(Refusal::NoSuchProposal));
    confirm(&setup, &lead, second).await.outcome.unwrap();
}

#[tokio::test]
async fn a_proposal_that_is_too_old_is_not_confirmed() {
    let setup = Setup::new().await;
    let (lead, id) = proposed(&setup).await;
    setup.run("UPDATE scaling_proposals SET expires_at = now()").await;
    assert_eq!(
        confirm(&setup, &lead, id).await.outcome,
        Err(Refusal::ProposalClosed)
    );
    assert_eq!(pending(&setup).await, None);
}

/// What was confirmed and not begun does not come back to a later leader, once it was given up or commanded otherwise.
#[tokio::test]
async fn a_confirmed_proposal_that_is_not_begun_is_withdrawn_for_good() {
    let setup = Setup::new().await;
    let (lead, first) = proposed(&setup).await;
    confirm(&setup, &lead, first).await.outcome.unwrap();
    apply(&setup, &lead, Command::Pin { workers: Some(2) }).await;
    assert_eq!(pending(&setup).await, None);
    let second = propose(&setup, &lead).await;
    confirm(&setup, &lead, second).await.outcome.unwrap();
    assert_eq!(pending(&setup).await, Some((second, ProposalState::Confirmed)));
    setup.store.withdraw_proposal(&lead).await.unwrap();
    assert_eq!(pending(&setup).await, None);
}

/// What was proposed under other terms is proposed anew, or not at all.
#[tokio::test]
async fn a_command_withdraws_what_was_proposed_before_it() {
    let setup = Setup::new().await;
    let (lead, _) = proposed(&setup).await;
    apply(&setup, &lead, Command::Limits { min: 1, max: 3 }).await;
    assert_eq!(pending(&setup).await, None);
    propose(&setup, &lead).await;
    let refused = apply(&setup, &lead, Command::Pin { workers: Some(9) }).await;
    refused.outcome.unwrap_err();
    assert!(
        pending(&setup).await.is_some(),
        "a refused command changes nothing"
    );
    setup.store.withdraw_proposal(&lead).await.unwrap();
    assert_eq!(pending(&setup).await, None);
}
