//! What can go wrong while deploying.

use loadsure_deploy::{
    ApplyError, BackError, FileError, LockError, NotifyError, PlanError, PromoteError, SchemaError,
    SmokeError, SpecError, WatchError, WindowError,
};
use loadsure_digitalocean::BuildError;

/// Why a step of a deployment was not done. The error below says it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// A variable is missing.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// Neither one app nor two were named.
    #[error("one app, or blue and green")]
    Apps,
    /// The results of the jobs are not JSON.
    #[error("the results of the jobs cannot be read")]
    Needs(#[source] serde_json::Error),
    /// The secrets to be set anew are not an object of texts.
    #[error("DEPLOY_SECRETS must be a JSON object of texts")]
    Secrets,
    /// The app has no address of the platform's.
    #[error("the app has no address yet: name one by --url")]
    NoAddress,
    /// The platform does not tell.
    #[error(transparent)]
    Platform(#[from] loadsure_digitalocean::Error),
    /// Outputs of Terraform cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The platform cannot be called with these settings.
    #[error(transparent)]
    Client(#[from] BuildError),
    /// `plan`.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The committed spec.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// `apply`.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// `watch`.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// `verify-schema`.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// `smoke`.
    #[error(transparent)]
    Smoke(#[from] SmokeError),
    /// `observe`.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// `promote`.
    #[error(transparent)]
    Promote(#[from] PromoteError),
    /// `rollback`.
    #[error(transparent)]
    Back(#[from] BackError),
    /// `notify`.
    #[error(transparent)]
    Notify(#[from] NotifyError),
}

impl DeployError {
    /// Whether another deployment is under way, after which this one may be tried again.
    pub(crate) const fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Lock(LockError::Busy)
                | Self::Apply(ApplyError::Lock(LockError::Busy))
                | Self::Watch(WatchError::Lock(LockError::Busy))
                | Self::Window(WindowError::Lock(LockError::Busy))
                | Self::Promote(PromoteError::Lock(LockError::Busy))
                | Self::Back(BackError::Lock(LockError::Busy))
        )
    }

    /// Whether the environment is to blame.
    pub(crate) const fn is_configuration(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Client(_) | Self::Secrets)
    }
}
