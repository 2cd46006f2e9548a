//! Putting a release's spec into force.

use std::collections::BTreeMap;

use loadsure_core::ports::Fault;
use loadsure_digitalocean::{Client, Patience, ReplaceError, StandDown};
use secrecy::SecretString;

use crate::lock::{DeployLock, LockError};
use crate::release::{Baseline, Release};
use crate::settle::{SettleError, settled};
use crate::spec::{Live, SpecError, Template, Values, WORKER};

/// How often the spec is rendered anew because somebody else changed the app meanwhile.
const ATTEMPTS: usize = 3;

/// What a spec is made from, besides the release and what is live.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The committed spec.
    pub template: Template,
    /// Outputs of Terraform.
    pub outputs: BTreeMap<String, String>,
    /// Secrets that are set anew, by the names of their placeholders.
    pub secrets: BTreeMap<String, SecretString>,
}

/// Why a release was not put into force.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another deployment is under way, or may be.
    #[error("not deployed")]
    Lock(#[from] LockError),
    /// What was so before cannot be told.
    #[error("not deployed")]
    Store(#[from] Fault),
    /// What was under way before has not ended.
    #[error("not deployed")]
    Settle(#[from] SettleError),
    /// There is no spec to deploy.
    #[error("not deployed")]
    Spec(#[from] SpecError),
    /// The platform did not take it.
    #[error("not deployed")]
    Replace(#[from] ReplaceError),
    /// Somebody else changes the app again and again.
    #[error("not deployed: the app was changed by somebody else {ATTEMPTS} times in a row")]
    Contended,
    /// This release was put into force already. Watch its deployment.
    #[error("this release was put into force already")]
    Already,
}

/// Puts a release into force, and writes down in it what was there before and which deployment to follow. Waits for what is
/// under way, keeps the live number of workers and the live secrets, has the platform check the spec, and sends it once.
///
/// # Errors
/// When it was not; [`ReplaceError::Unknown`] when that is not known.
pub async fn apply(
    client: &Client,
    lock: &DeployLock,
    release: &mut Release,
    inputs: &Inputs,
    patience: Patience,
) -> Result<(), ApplyError> {
    if release.deployment.is_some() {
        return Err(ApplyError::Already);
    }
    lock.hold().await?;
    let vitals = lock.store().vitals().await?;
    release.baseline = Some(Baseline {
        dead: vitals.dead,
        unknown: vitals.unknown,
    });
    for _ in 0..ATTEMPTS {
        lock.hold().await?;
        match attempt(client, lock, release, inputs, patience).await {
            Err(ApplyError::Replace(
                ReplaceError::Changed | ReplaceError::StandsDown(StandDown::DeploymentRunning),
            )) => {}
            Err(ApplyError::Replace(ReplaceError::Fenced)) => return Err(LockError::Busy.into()),
            other => return other,
        }
    }
    Err(ApplyError::Contended)
}

async fn attempt(
    client: &Client,
    lock: &DeployLock,
    release: &mut Release,
    inputs: &Inputs,
    patience: Patience,
) -> Result<(), ApplyError> {
    let target = settled(client, release.app, patience).await?;
    let serving = match release.serving {
        Some(serving) => settled(client, serving, patience).await?.spec,
        None => target.spec.clone(),
    };
    let values = Values {
        images: &release.images,
        outputs: &inputs.outputs,
        secrets: &inputs.secrets,
    };
    let live = Live {
        target: &target.spec,
        serving: &serving,
        keeps_domains: release.serving.is_some(),
    };
    let spec = inputs.template.render(&values, &live)?;
    let replaced = client.replace(&target, &spec, &lock).await?;
    release.workers = spec.instance_count(WORKER).ok();
    release.previous = replaced.previous;
    release.deployment = Some(replaced.deployment);
    Ok(())
}
