//! Changing the number of a worker's instances, step by step.

mod fence;
mod look;
mod outcome;
mod plan;

use rust_decimal::Decimal;

use crate::app::App;
use crate::client::Client;
use crate::error::Error;
use crate::stand_down::StandDown;

pub use fence::Fence;
pub use look::Seen;
pub use outcome::{Order, ScaleError, Scaled};
pub use plan::Plan;

impl Client {
    /// Why a worker of `app` must not be scaled now. Asks the platform for the worker's size where nothing else forbids
    /// it.
    ///
    /// # Errors
    /// When there is no such worker, or the platform does not tell its size.
    pub async fn stand_down(&self, app: &App, worker: &str) -> Result<Option<StandDown>, ScaleError> {
        if let Some(reason) = app.stand_down(worker)? {
            return Ok(Some(reason));
        }
        let Some(size) = app.spec.instance_size(worker)? else {
            return Ok(None);
        };
        let single = self.is_single_instance(size).await?;
        Ok(single.then_some(StandDown::SingleInstanceSize))
    }

    /// Changes the number of a worker's instances: reads the app, changes one integer of its spec, lets the platform
    /// check and price that, reads the app again, asks the `fence`, writes. Sends at most one change, and none where the
    /// live number is not the one that the order starts from.
    ///
    /// # Errors
    /// When nothing was changed, with the reason; [`ScaleError::Unknown`] when that is not known.
    pub async fn scale(&self, order: &Order, fence: &impl Fence) -> Result<Scaled, ScaleError> {
        let app = self.app(order.app).await?;
        if let Some(reason) = self.stand_down(&app, &order.worker).await? {
            return Err(ScaleError::StandsDown(reason));
        }
        let plan = Plan::new(&app, &order.worker, order.to)?;
        if plan.from() != order.from {
            return Err(ScaleError::Changed);
        }
        let cost = self.price(&plan, order.ceiling).await?;
        let again = self.app(order.app).await?;
        if let Some(reason) = again.stand_down(&order.worker)? {
            return Err(ScaleError::StandsDown(reason));
        }
        if !plan.still_fits(&again) {
            return Err(ScaleError::Changed);
        }
        if !fence.holds().await {
            return Err(ScaleError::Fenced);
        }
        self.write(plan, cost).await
    }

    async fn price(&self, plan: &Plan, ceiling: Decimal) -> Result<Decimal, ScaleError> {
        let cost = self.propose(plan.app, plan.spec()).await?;
        // What makes the app cheaper is always allowed: a ceiling that was lowered must not keep a fleet large.
        if cost > ceiling && plan.to() > plan.from() {
            return Err(ScaleError::TooExpensive { cost, ceiling });
        }
        Ok(cost)
    }

    async fn write(&self, plan: Plan, cost: Decimal) -> Result<Scaled, ScaleError> {
        let unknown = |plan, source| ScaleError::Unknown {
            plan: Box::new(plan),
            source,
        };
        let app = match self.update(plan.app, plan.spec()).await {
            Ok(app) => app,
            Err(source @ (Error::Unknown { .. } | Error::Unreadable(_))) => {
                return Err(unknown(plan, source));
            }
            Err(error) => return Err(error.into()),
        };
        let Some(own) = app.pending.as_ref().map(|deployment| deployment.id) else {
            return Err(unknown(plan, Error::Unreadable("pending deployment")));
        };
        // The last look saw no deployment under way.
        let other = app
            .in_progress
            .filter(|other| other.id != own && !other.phase.is_final());
        Ok(Scaled {
            deployment: own,
            from: plan.from(),
            to: plan.to(),
            cost,
            overtook: other.map(|other| other.id),
        })
    }
}
