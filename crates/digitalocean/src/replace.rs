//! Replacing the whole spec of an app: a deployment of something new.

use crate::app::App;
use crate::client::Client;
use crate::error::Error;
use crate::guard::Guard;
use crate::id::DeploymentId;
use crate::scale::Fence;
use crate::spec::Spec;
use crate::stand_down::StandDown;

/// A spec that was accepted and is being deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The deployment to follow.
    pub deployment: DeploymentId,
    /// The deployment that served until then, to which a rollback leads; none where the app never came up.
    pub previous: Option<DeploymentId>,
}

/// Why nothing was replaced, or, in one case, why that is not known.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// A call failed. Nothing was changed.
    #[error("the spec was not replaced")]
    Call(#[from] Error),
    /// The state of the app forbids it.
    #[error("the spec is not replaced: {0}")]
    StandsDown(StandDown),
    /// The new spec is not fit to be sent.
    #[error("the spec is not replaced")]
    Guard(#[from] Guard),
    /// Somebody else changed the app since it was read. Render anew.
    #[error("the spec is not replaced: the app was changed by somebody else")]
    Changed,
    /// The caller may not act any more.
    #[error("the spec is not replaced: the caller lost the right to")]
    Fenced,
    /// The change was sent and no useful answer came, and the app does not show what came of it. A person must look.
    #[error("whether the spec was replaced is unknown")]
    Unknown(#[source] Error),
}

impl Client {
    /// Replaces the spec of an app that was read as `seen`. A SECRET may have an encrypted value, or a plain one that sets it
    /// anew, and never none. Lets the platform check the new one, reads the app again, which
    /// must be as it was, asks the `fence`, and writes once. Where the answer is lost the app is looked at.
    ///
    /// # Errors
    /// When nothing was changed, with the reason; [`ReplaceError::Unknown`] when that is not known.
    pub async fn replace(
        &self,
        seen: &App,
        spec: &Spec,
        fence: &impl Fence,
    ) -> Result<Replaced, ReplaceError> {
        let blank = spec.blank_secrets();
        if !blank.is_empty() {
            return Err(Guard::BlankSecrets(blank).into());
        }
        self.propose(seen.id, spec).await?;
        let again = self.app(seen.id).await?;
        if let Some(reason) = again.obstacle() {
            return Err(ReplaceError::StandsDown(reason));
        }
        if again.updated_at != seen.updated_at || again.spec != seen.spec {
            return Err(ReplaceError::Changed);
        }
        if !fence.holds().await {
            return Err(ReplaceError::Fenced);
        }
        let previous = again.active.as_ref().map(|deployment| deployment.id);
        let deployment = self.write_spec(&again, spec).await?;
        Ok(Replaced { deployment, previous })
    }

    async fn write_spec(&self, before: &App, spec: &Spec) -> Result<DeploymentId, ReplaceError> {
        match self.update(before.id, spec).await {
            Ok(app) => {
                let own = app.pending.map(|deployment| deployment.id);
                own.ok_or(ReplaceError::Unknown(Error::Unreadable("pending deployment")))
            }
            Err(source @ (Error::Unknown { .. } | Error::Unreadable(_))) => {
                self.carrier(before, spec, source).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The deployment that carries a spec whose answer was lost.
    async fn carrier(&self, before: &App, spec: &Spec, lost: Error) -> Result<DeploymentId, ReplaceError> {
        let Ok(app) = self.app(before.id).await else {
            return Err(ReplaceError::Unknown(lost));
        };
        let served = before.active.as_ref().map(|deployment| deployment.id);
        let mut open = [app.pending, app.in_progress, app.active].into_iter().flatten();
        let own =
            open.find(|deployment| Some(deployment.id) != served && deployment.spec.as_ref() == Some(spec));
        own.map(|deployment| deployment.id)
            .ok_or(ReplaceError::Unknown(lost))
    }
}
