//! Decisions.

use loadsure_store::scaling::Decided;
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa::openapi::schema::ObjectBuilder;

use crate::openapi::schema::free_object;

/// One decision of the queue monitor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionView {
    /// The term of the monitor that decided.
    term: u64,
    /// Its number within the term.
    sequence: u64,
    /// When it was recorded.
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// `observe`, `propose` or `act`.
    mode: &'static str,
    /// The number of workers that was decided on.
    target: u32,
    /// The rule that decided.
    rule: String,
    /// Whether it is to change the number.
    is_change: bool,
    /// Everything that it was made from and what came of it, as docs/SCALING.md explains.
    #[schema(schema_with = record)]
    record: Value,
}

fn record() -> ObjectBuilder {
    free_object(
        "Everything that the decision was made from and what came of it: snapshot, policy, decision with its reason, \
         estimates and alerts, and outcome.",
        None,
    )
}

impl From<Decided> for DecisionView {
    fn from(decided: Decided) -> Self {
        Self {
            term: decided.term,
            sequence: decided.sequence,
            at: decided.at,
            mode: decided.mode.as_str(),
            target: decided.target,
            rule: decided.reason,
            is_change: decided.is_change,
            record: decided.record,
        }
    }
}
