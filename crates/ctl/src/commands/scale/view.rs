//! How scaling stands, as people and programs read it.

use loadsure_core::scaling::Steering;
use loadsure_store::scaling::{Change, Decided, Leader, Proposal, ProposalState, State};
use serde_json::{Value, json};

use crate::output::moment;

/// Changes that people get to see; programs get all.
const CHANGES: usize = 5;

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
fn mode(state: &State) -> Option<&'static str> {
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

pub(super) fn as_text(state: &State) -> String {
    let mut lines = steering(&state.steering);
    lines.insert(0, line("mode", mode(state).unwrap_or("as configured")));
    lines.push(line("leader", &leader(state.leader.as_ref())));
    for (instance, seen) in &state.standing_by {
        lines.push(line(
            "standing by",
            &format!("{instance}, heard {}", moment(*seen)),
        ));
    }
    let last = state.last.as_ref();
    lines.push(line(
        "decision",
        &last.map_or_else(|| "none yet".to_owned(), decision),
    ));
    if let Some(open) = &state.proposal {
        lines.push(line("proposal", &proposal(open)));
    }
    for made in state.changes.iter().take(CHANGES) {
        lines.push(line("change", &change(made)));
    }
    lines.join("\n")
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<12} {text}")
}

fn steering(steering: &Steering) -> Vec<String> {
    let paused = steering.paused.as_ref().map_or_else(
        || "no".to_owned(),
        |pause| format!("since {} by {}: {}", moment(pause.since), pause.by, pause.reason),
    );
    let limits = steering.limits.map_or_else(
        || "as configured".to_owned(),
        |limits| format!("{} to {}", limits.min(), limits.max()),
    );
    let pin = steering
        .pin
        .map_or_else(|| "no".to_owned(), |workers| workers.to_string());
    vec![
        line("paused", &paused),
        line("limits", &limits),
        line("pinned", &pin),
    ]
}

fn leader(leader: Option<&Leader>) -> String {
    leader.map_or_else(
        || "none: no monitor runs, so nothing is decided and no command is applied".to_owned(),
        |leader| {
            format!(
                "{}, term {}, since {}",
                leader.instance,
                leader.term,
                moment(leader.since)
            )
        },
    )
}

/// One decision in one line, for the status and the history.
pub(super) fn decision(decided: &Decided) -> String {
    let (term, sequence, mode) = (decided.term, decided.sequence, decided.mode);
    let (at, target, reason) = (moment(decided.at), decided.target, &decided.reason);
    let change = if decided.is_change { "  change" } else { "" };
    format!("{at}  {term}.{sequence}  {mode}  {target} workers  {reason}{change}")
}

fn proposal(proposal: &Proposal) -> String {
    let (id, from, to) = (proposal.id, proposal.from, proposal.to);
    match proposal.state {
        ProposalState::Open => {
            let until = moment(proposal.expires_at);
            format!("{id}: {from} to {to} workers; `loadsurectl scale confirm {id}` until {until}")
        }
        ProposalState::Confirmed | ProposalState::Withdrawn => {
            let by = proposal.decided_by.as_deref().unwrap_or("nobody");
            format!(
                "{id}: {from} to {to} workers, {} by {by}",
                proposal.state.as_str()
            )
        }
    }
}

fn change(change: &Change) -> String {
    let (from, to, actuator) = (change.from, change.to, &change.actuator);
    let result = match (change.ended_at, change.ending) {
        (Some(ended), Some(ending)) => {
            let seconds = (ended - change.started_at).whole_seconds();
            format!("{} after {seconds} s", ending.as_str())
        }
        _ => "under way".to_owned(),
    };
    format!(
        "{}  {from} to {to} workers by {actuator}: {result}",
        moment(change.started_at)
    )
}
