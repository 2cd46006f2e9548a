//! Bodies of answers about scaling.

use loadsure_core::scaling::{Command, Steering};
use loadsure_store::scaling::{Decided, State};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{DecisionView, ScalingView, SteeringView};
use crate::views::page::Pagination;

/// Body of how scaling stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScalingBody {
    /// `success`.
    status: &'static str,
    scaling: ScalingView,
}

impl From<State> for ScalingBody {
    fn from(state: State) -> Self {
        Self {
            status: "success",
            scaling: state.into(),
        }
    }
}

/// Body of a page of decisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    /// `success`.
    status: &'static str,
    decisions: Vec<DecisionView>,
    pagination: Pagination,
}

impl HistoryBody {
    pub(crate) fn new(decisions: Vec<Decided>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            decisions: decisions.into_iter().map(DecisionView::from).collect(),
            pagination,
        }
    }
}

/// A command to the queue monitor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommandView {
    /// Its id.
    id: Uuid,
    /// `pause`, `resume`, `pin`, `limits`, `mode` or `confirm`.
    command: &'static str,
    /// `applied`, or `pending` while no monitor has answered: one that comes to lead within ten minutes applies it.
    outcome: &'static str,
    /// When it was applied.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    applied_at: Option<OffsetDateTime>,
}

/// Body of the answer to a command.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommandBody {
    /// `success`: the command was understood. What became of it is said by `command.outcome`.
    status: &'static str,
    command: CommandView,
    /// What operations ask for from now on; absent while the command is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    steering: Option<SteeringView>,
}

impl CommandBody {
    /// No monitor has answered yet.
    pub(crate) fn pending(id: Uuid, command: &Command) -> Self {
        Self {
            status: "success",
            command: CommandView {
                id,
                command: command.name(),
                outcome: "pending",
                applied_at: None,
            },
            steering: None,
        }
    }

    /// The leading monitor applied it.
    pub(crate) fn applied(id: Uuid, command: &Command, at: OffsetDateTime, steering: Steering) -> Self {
        Self {
            status: "success",
            command: CommandView {
                id,
                command: command.name(),
                outcome: "applied",
                applied_at: Some(at),
            },
            steering: Some(steering.into()),
        }
    }
}
