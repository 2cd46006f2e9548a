//! How scaling stands, and what was decided.

mod bodies;
mod change;
mod decision;
mod steering;

use loadsure_core::scaling::Fleet;
use loadsure_store::scaling::{Decided, Leader, State};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

pub(crate) use bodies::{CommandBody, HistoryBody, ScalingBody};
pub(crate) use change::{ChangeView, ProposalView};
pub(crate) use decision::DecisionView;
pub(crate) use steering::SteeringView;

/// The queue monitor that leads.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaderView {
    /// Its name.
    instance: String,
    /// Grows with every leader.
    term: u64,
    /// Since when it leads.
    #[serde(with = "time::serde::rfc3339")]
    since: OffsetDateTime,
}

/// A queue monitor that would take over.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandingByView {
    /// Its name.
    instance: String,
    /// When it was heard last.
    #[serde(with = "time::serde::rfc3339")]
    seen_at: OffsetDateTime,
}

/// Numbers of workers, as the last decision saw them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkersView {
    /// Asked for.
    wanted: u32,
    /// There and taking work.
    living: u32,
    /// Heard lately and not draining; absent when nobody could listen.
    #[serde(skip_serializing_if = "Option::is_none")]
    heard: Option<u32>,
}

/// How scaling stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScalingView {
    /// The mode in force, once that is known: `observe`, `propose` or `act`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    steering: SteeringView,
    /// Who decides; absent when no monitor runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<LeaderView>,
    /// Who would take over.
    standing_by: Vec<StandingByView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<WorkersView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_decision: Option<DecisionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalView>,
    /// The latest changes, newest first.
    changes: Vec<ChangeView>,
}

impl From<State> for ScalingView {
    fn from(state: State) -> Self {
        let decided = state.last.as_ref().map(|last| last.mode);
        Self {
            mode: state.steering.mode.or(decided).map(|mode| mode.as_str()),
            steering: state.steering.into(),
            leader: state.leader.map(
                |Leader {
                     instance,
                     term,
                     since,
                     ..
                 }| LeaderView {
                    instance,
                    term,
                    since,
                },
            ),
            standing_by: state
                .standing_by
                .into_iter()
                .map(|(instance, seen_at)| StandingByView { instance, seen_at })
                .collect(),
            workers: state
                .last
                .as_ref()
                .and_then(Decided::fleet)
                .map(WorkersView::from),
            last_decision: state.last.map(DecisionView::from),
            proposal: state.proposal.map(ProposalView::from),
            changes: state.changes.into_iter().map(ChangeView::from).collect(),
        }
    }
}

impl From<Fleet> for WorkersView {
    fn from(fleet: Fleet) -> Self {
        Self {
            wanted: fleet.wanted,
            living: fleet.living,
            heard: fleet.heard,
        }
    }
}
