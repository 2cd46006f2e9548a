//! What operations asked for.

use loadsure_core::scaling::{Pause, Steering};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Nothing is changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PauseView {
    /// Why.
    reason: String,
    /// Who asked for it.
    by: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    since: OffsetDateTime,
}

/// Limits of the number of workers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitsView {
    /// The fewest.
    min: u32,
    /// The most.
    max: u32,
}

/// What operations asked for. What is absent is as the queue monitor is configured.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SteeringView {
    /// Why nothing is changed, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<PauseView>,
    /// The number of workers to keep to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<u32>,
    /// The limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<LimitsView>,
    /// `observe`, `propose` or `act`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
}

impl From<Steering> for SteeringView {
    fn from(steering: Steering) -> Self {
        let view = |Pause { reason, by, since }| PauseView { reason, by, since };
        Self {
            paused: steering.paused.map(view),
            pin: steering.pin,
            limits: steering.limits.map(|limits| LimitsView {
                min: limits.min(),
                max: limits.max(),
            }),
            mode: steering.mode.map(|mode| mode.as_str()),
        }
    }
}
