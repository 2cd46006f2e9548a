//! Changes, proposed and made.

use loadsure_store::scaling::{Change, Proposal};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa::openapi::schema::ObjectBuilder;
use uuid::Uuid;

use crate::openapi::schema::free_object;

/// A change that waits to be confirmed, or was and is about to be made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalView {
    /// Its id: confirm it by this.
    id: Uuid,
    /// `open` or `confirmed`.
    state: &'static str,
    /// How many workers there were.
    from: u32,
    /// How many there should be.
    to: u32,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    made_at: OffsetDateTime,
    /// Until when it can be confirmed.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// Reason and cost.
    #[schema(schema_with = detail)]
    detail: Value,
}

impl From<Proposal> for ProposalView {
    fn from(proposal: Proposal) -> Self {
        Self {
            id: proposal.id,
            state: proposal.state.as_str(),
            from: proposal.from,
            to: proposal.to,
            made_at: proposal.made_at,
            expires_at: proposal.expires_at,
            detail: proposal.detail,
        }
    }
}

/// A change of the number of workers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeView {
    /// Its id.
    id: Uuid,
    /// How many workers there were.
    from: u32,
    /// How many there were to be.
    to: u32,
    /// Who made it.
    actuator: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    /// When it ended.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    ended_at: Option<OffsetDateTime>,
    /// `applied`, `failed`, `superseded` or `unknown`; absent while it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    /// What else is known, such as the platform's id of the deployment.
    #[schema(schema_with = detail)]
    detail: Value,
}

fn detail() -> ObjectBuilder {
    free_object("What else is known.", None)
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        Self {
            id: change.id,
            from: change.from,
            to: change.to,
            actuator: change.actuator,
            started_at: change.started_at,
            ended_at: change.ended_at,
            result: change.ending.map(|ending| ending.as_str()),
            detail: change.detail,
        }
    }
}
