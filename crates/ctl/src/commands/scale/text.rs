//! How scaling stands, as people read it.

use loadsure_core::scaling::Steering;
use loadsure_store::scaling::{Change, Decided, Leader, Proposal, ProposalState, State};
use serde_json::Value;

use super::json::mode;
use crate::output::moment;

/// Changes that people get to see; programs get all.
const CHANGES: usize = 5;

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
    let seen = last.and_then(workers);
    lines.extend(seen.map(|seen| line("workers", &seen)));
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
    let (at, target, reason) = (moment(decided.at), decided.target, reason(decided));
    let change = if decided.is_change { "  change" } else { "" };
    format!("{at}  {term}.{sequence}  {mode}  {target} workers  {reason}{change}")
}

/// The rule that decided, with its numbers as the record tells them.
fn reason(decided: &Decided) -> String {
    let told = decided.record.pointer("/decision/reason");
    let fields = told.and_then(Value::as_object).into_iter().flatten();
    let numbers: Vec<String> = fields
        .filter(|(name, value)| *name != "rule" && !value.is_null())
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    if numbers.is_empty() {
        return decided.reason.clone();
    }
    format!("{} ({})", decided.reason, numbers.join(", "))
}

fn workers(decided: &Decided) -> Option<String> {
    let fleet = decided.fleet()?;
    let heard = fleet.heard.map_or_else(
        || "nobody could listen".to_owned(),
        |heard| format!("{heard} heard"),
    );
    Some(format!(
        "{} asked for, {} there, {heard}",
        fleet.wanted, fleet.living
    ))
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
