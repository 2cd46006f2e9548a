//! What came of a change whose answer was lost.

use super::plan::Plan;
use crate::app::App;
use crate::client::Client;
use crate::error::Error;
use crate::id::DeploymentId;

/// What the platform shows after a change whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The change was made.
    Made {
        /// The deployment that carries it, where one can be told.
        deployment: Option<DeploymentId>,
    },
    /// The app is as it was. A request that is still on its way may yet arrive: hold for a while.
    NotMade,
    /// The app is neither as it was nor as it was to be: somebody else changed it.
    Otherwise,
}

impl Client {
    /// Looks what came of a change that ended in [`ScaleError::Unknown`](super::ScaleError::Unknown). Changes nothing.
    ///
    /// # Errors
    /// When the platform does not tell the app.
    pub async fn look(&self, plan: &Plan) -> Result<Seen, Error> {
        let app = self.app(plan.app).await?;
        Ok(if app.spec == plan.after {
            Seen::Made {
                deployment: carrier(&app, plan),
            }
        } else if plan.still_fits(&app) {
            Seen::NotMade
        } else {
            Seen::Otherwise
        })
    }
}

fn carrier(app: &App, plan: &Plan) -> Option<DeploymentId> {
    [&app.pending, &app.in_progress, &app.active]
        .into_iter()
        .flatten()
        .find(|deployment| deployment.spec.as_ref() == Some(&plan.after))
        .map(|deployment| deployment.id)
}
