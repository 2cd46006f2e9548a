//! How scaling stands, as programs read it.

use loadsure_store::scaling::{Change, Decided, Leader, Proposal, State};
use serde_json::{Value, json};

use crate::output::moment;

pub(super) fn as_json(state: &State) -> Value {
    let standing_by = state.standing_by.iter();
    json!({
        "steering": state.steering,
        "mode": mode(state),
        "leader": state.leader.as_ref().map(leader_as_json),
        "standingBy": standing_by
            .map(|(instance, seen)| json!({"instance": instance, "seenAt": moment(*seen)}))
            .collect::<Vec<_>>(),
        "lastDecision": state.last.as_ref().map(decided_as_json),
        "proposal": state.proposal.as_ref().map(proposal_as_json),
        "changes": state.changes.iter().map(change_as_json).collect::<Vec<_>>(),
    })
}

/// The mode that was asked for, else the one that the last decision was made in.
pub(super) fn mode(state: &State) -> Option<&'static str> {
    let decided = state.last.as_ref().map(|last| last.mode);
    state.steering.mode.or(decided).map(|mode| mode.as_str())
}

fn leader_as_json(leader: &Leader) -> Value {
    json!({
        "instance": leader.instance,
        "term": leader.term,
        "since": moment(leader.since),
        "until": moment(leader.until),
    })
}

fn decided_as_json(decided: &Decided) -> Value {
    json!({
        "term": decided.term,
        "sequence": decided.sequence,
        "at": moment(decided.at),
        "target": decided.target,
        "reason": decided.reason,
        "mode": decided.mode,
        "record": decided.record,
    })
}

fn proposal_as_json(proposal: &Proposal) -> Value {
    json!({
        "id": proposal.id,
        "state": proposal.state.as_str(),
        "from": proposal.from,
        "to": proposal.to,
        "madeAt": moment(proposal.made_at),
        "expiresAt": moment(proposal.expires_at),
        "detail": proposal.detail,
        "decidedBy": proposal.decided_by,
    })
}

fn change_as_json(change: &Change) -> Value {
    json!({
        "id": change.id,
        "from": change.from,
        "to": change.to,
        "actuator": change.actuator,
        "startedAt": moment(change.started_at),
        "endedAt": change.ended_at.map(moment),
        "result": change.ending.map(|ending| ending.as_str()),
        "detail": change.detail,
    })
}
