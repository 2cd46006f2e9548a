//! What came of a change.

use rust_decimal::Decimal;

use super::plan::Plan;
use crate::error::Error;
use crate::guard::Guard;
use crate::id::{AppId, DeploymentId};
use crate::stand_down::StandDown;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The app.
    pub app: AppId,
    /// The name of the worker component.
    pub worker: String,
    /// How many instances the decision was made from.
    pub from: u32,
    /// How many instances it is to have.
    pub to: u32,
    /// The most that the whole app may cost afterwards, in USD per month.
    pub ceiling: Decimal,
}

/// A change that was accepted and is being deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaled {
    /// The deployment to follow.
    pub deployment: DeploymentId,
    /// How many instances there were.
    pub from: u32,
    /// How many there will be.
    pub to: u32,
    /// What the whole app will cost, in USD per month.
    pub cost: Decimal,
    /// Signs that somebody else wrote in the instant between the last look and the change, which the API cannot
    /// exclude: another deployment that is under way, which may have held a change that is now undone. A person must
    /// look at its spec.
    pub overtook: Option<DeploymentId>,
}

/// Why nothing was changed, or, in one case, why that is not known.
#[derive(Debug, thiserror::Error)]
pub enum ScaleError {
    /// A call failed. Nothing was changed.
    #[error("the worker was not scaled")]
    Call(#[from] Error),
    /// The state of the app forbids it.
    #[error("the worker is not scaled: {0}")]
    StandsDown(StandDown),
    /// The change would not be one integer, or the spec is not fit to be sent back.
    #[error("the worker is not scaled")]
    Guard(#[from] Guard),
    /// The app would cost more than is allowed.
    #[error("the worker is not scaled: the app would cost {cost} USD a month and may cost {ceiling}")]
    TooExpensive {
        /// What it would cost, in USD per month.
        cost: Decimal,
        /// What it may cost, in USD per month.
        ceiling: Decimal,
    },
    /// Somebody else changed the app meanwhile. Decide anew.
    #[error("the worker is not scaled: the app was changed by somebody else")]
    Changed,
    /// The caller may not act any more.
    #[error("the worker is not scaled: the caller lost the right to")]
    Fenced,
    /// The change was sent and no useful answer came. [`Client::look`](crate::Client::look) tells what came of it.
    #[error("whether the worker was scaled is unknown")]
    Unknown {
        /// What was sent.
        plan: Box<Plan>,
        /// What happened.
        source: Error,
    },
}
