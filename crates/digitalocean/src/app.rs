//! An app as the platform tells it.

use serde_json::Value;

use crate::deployment::{Deployment, Phase};
use crate::error::Error;
use crate::guard::Guard;
use crate::id::AppId;
use crate::spec::Spec;
use crate::stand_down::StandDown;

/// What is needed of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its name for the API.
    pub id: AppId,
    /// When it was last changed, as the platform wrote it. Only ever compared for equality.
    pub updated_at: String,
    /// The platform's own address of it, such as `https://loadsure-abcde.ondigitalocean.app`, once it was deployed.
    pub address: Option<String>,
    /// Its spec.
    pub spec: Spec,
    /// The deployment that serves.
    pub active: Option<Deployment>,
    /// The deployment under way.
    pub in_progress: Option<Deployment>,
    /// The deployment that waits. In the answer to an update it is the update's own.
    pub pending: Option<Deployment>,
    /// The deployment that a rollback pinned the app to.
    pub pinned: Option<Deployment>,
}

impl App {
    /// Reads `{"app": …}`.
    pub(crate) fn read(mut answer: Value) -> Result<Self, Error> {
        let app = answer.get_mut("app").ok_or(Error::Unreadable("app"))?;
        let spec = app.get_mut("spec").map(Value::take);
        let text = |name| app.get(name).and_then(Value::as_str);
        let deployment = |name| Deployment::read_optional(app.get(name));
        Ok(Self {
            id: text("id")
                .and_then(|id| id.parse().ok())
                .ok_or(Error::Unreadable("app id"))?,
            updated_at: text("updated_at")
                .ok_or(Error::Unreadable("updated_at"))?
                .to_owned(),
            address: text("default_ingress").map(str::to_owned),
            active: deployment("active_deployment")?,
            in_progress: deployment("in_progress_deployment")?,
            pending: deployment("pending_deployment")?,
            pinned: deployment("pinned_deployment")?,
            spec: spec
                .filter(Value::is_object)
                .map(Spec::new)
                .ok_or(Error::Unreadable("spec"))?,
        })
    }

    /// Why a worker of this app must not be scaled now; the most lasting reason first. That its size allows one instance
    /// only is not told here: see [`Client::stand_down`](crate::Client::stand_down).
    ///
    /// # Errors
    /// When there is not exactly one worker of that name.
    pub fn stand_down(&self, worker: &str) -> Result<Option<StandDown>, Guard> {
        let reasons = [
            (self.spec.is_archived(), StandDown::Archived),
            (self.spec.is_under_maintenance(), StandDown::Maintenance),
            (self.spec.scales_itself(worker)?, StandDown::NativeAutoscaling),
            (self.pinned.is_some(), StandDown::Pinned),
            (self.is_deploying(), StandDown::DeploymentRunning),
            (!self.is_served(), StandDown::AppInError),
        ];
        let mut holding = reasons.into_iter().filter(|(holds, _)| *holds);
        Ok(holding.next().map(|(_, reason)| reason))
    }

    /// Why the spec of this app must not be replaced now. That no deployment is active is no reason: replacing the spec is
    /// how that is mended.
    #[must_use]
    pub fn obstacle(&self) -> Option<StandDown> {
        let reasons = [
            (self.spec.is_archived(), StandDown::Archived),
            (self.spec.is_under_maintenance(), StandDown::Maintenance),
            (self.pinned.is_some(), StandDown::Pinned),
            (self.is_deploying(), StandDown::DeploymentRunning),
        ];
        let mut holding = reasons.into_iter().filter(|(holds, _)| *holds);
        holding.next().map(|(_, reason)| reason)
    }

    /// Whether a deployment waits or is under way.
    #[must_use]
    pub fn is_deploying(&self) -> bool {
        let open = [&self.pending, &self.in_progress];
        open.into_iter()
            .flatten()
            .any(|deployment| !deployment.phase.is_final())
    }

    /// Whether a deployment serves. An app that never came up, or whose deployment is in error, has nothing to scale.
    fn is_served(&self) -> bool {
        self.active
            .as_ref()
            .is_some_and(|deployment| deployment.phase == Phase::Active)
    }
}
