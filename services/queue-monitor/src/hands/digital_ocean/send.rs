//! Sending a change.

use std::error::Error as _;

use loadsure_digitalocean::{DeploymentId, Error, Plan, ScaleError, Scaled};
use loadsure_telemetry::fields;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};
use tracing::{error, info, warn};

use super::{Order, Target};
use crate::seat::Permit;

/// Where the deployment that carries a change is written down.
pub(super) const DEPLOYMENT: &str = "deployment";

/// Changes the number of instances.
#[derive(Debug)]
pub(crate) struct DigitalOceanTask {
    pub(super) target: Target,
}

/// A change that was sent.
#[derive(Debug)]
pub(crate) enum Sent {
    /// It was accepted.
    Accepted {
        /// The deployment that carries it.
        deployment: DeploymentId,
        /// Instances that there will be.
        to: u32,
        /// US dollars a month that the app will cost.
        cost: Decimal,
    },
    /// No useful answer came.
    Unanswered(Box<Plan>),
}

impl Sent {
    /// What the app will cost, if the platform has said so.
    pub(in crate::hands) fn monthly_cents(&self) -> Option<u64> {
        match self {
            Self::Accepted { cost, .. } => cents(*cost),
            Self::Unanswered(_) => None,
        }
    }

    /// What is written down of it at once.
    pub(in crate::hands) fn detail(&self) -> Value {
        match self {
            Self::Accepted { deployment, cost, .. } => {
                json!({DEPLOYMENT: deployment, "monthlyCost": cost.to_string()})
            }
            Self::Unanswered(_) => json!({}),
        }
    }
}

impl DigitalOceanTask {
    pub(super) const fn new(target: Target) -> Self {
        Self { target }
    }

    /// Sends the change, if all guards agree and this monitor surely leads for longer than the request may take.
    ///
    /// # Errors
    /// Why nothing was sent.
    pub(in crate::hands) async fn send(&self, order: Order, permit: &Permit) -> Result<Sent, String> {
        let fence = || permit.holds();
        match self.target.client.scale(&self.target.order(order), &fence).await {
            Ok(scaled) => Ok(accepted(&scaled)),
            Err(ScaleError::Unknown { plan, source }) => Ok(unanswered(plan, &source)),
            Err(refusal) => Err(words(&refusal)),
        }
    }
}

fn accepted(scaled: &Scaled) -> Sent {
    let (deployment, from, to) = (scaled.deployment, scaled.from, scaled.to);
    info!(%deployment, from, to, "a deployment changes the number of workers");
    if let Some(other) = scaled.overtook {
        error!(
            deployment = %other,
            "somebody else changed the app in the same instant: compare the spec of their deployment with the live one"
        );
    }
    Sent::Accepted {
        deployment,
        to,
        cost: scaled.cost,
    }
}

fn unanswered(plan: Box<Plan>, source: &Error) -> Sent {
    warn!(
        { fields::ERROR } = fields::causes(source),
        "whether the number of workers changes is not known"
    );
    Sent::Unanswered(plan)
}

/// An error with what led to it. Errors of this client show neither token nor secrets.
fn words(error: &ScaleError) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn cents(dollars: Decimal) -> Option<u64> {
    dollars.checked_mul(Decimal::ONE_HUNDRED)?.round().to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_whole_cents() {
        assert_eq!(cents("24.10".parse().unwrap()), Some(2410));
        assert_eq!(cents(Decimal::MAX), None);
    }
}
