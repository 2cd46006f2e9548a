//! Following a release's deployment to its end.

use loadsure_digitalocean::{Client, Deployment, FollowError, Patience, Phase};

use crate::lock::{DeployLock, LockError};
use crate::release::Release;
use crate::spec::WORKER;

/// Lines of the log that are told of a failed deployment.
const LINES: usize = 60;

/// Why a release does not serve.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Another deployment took the lock.
    #[error("not watched")]
    Lock(#[from] LockError),
    /// The release was not put into force.
    #[error("the release was not put into force")]
    NotApplied,
    /// Its end was not seen.
    #[error("the end of the deployment was not seen")]
    Follow(#[from] FollowError),
    /// It failed. What served before goes on serving.
    #[error("the deployment ended as {phase:?}{}", at(.step))]
    Failed {
        /// How it ended.
        phase: Phase,
        /// The step that failed, where the platform tells: `migrate of migrate` is the migration.
        step: Option<String>,
    },
    /// Its workers did not come up.
    #[error("deployed, but the workers did not get ready")]
    NotReady(#[source] FollowError),
    /// Something else serves than what was deployed.
    #[error("deployed, but other images serve: {}", .0.join(", "))]
    Strangers(Vec<String>),
}

fn at(step: &Option<String>) -> String {
    step.as_ref()
        .map(|step| format!(" at {step}"))
        .unwrap_or_default()
}

/// Follows the deployment of a release until it serves. Tells `say` each phase, and of a failure the last lines of the log.
///
/// # Errors
/// When it does not come to serve, or not for sure.
pub async fn watch(
    client: &Client,
    lock: &DeployLock,
    release: &Release,
    patience: Patience,
    mut say: impl FnMut(String) + Send,
) -> Result<(), WatchError> {
    lock.hold().await?;
    let id = release.deployment.ok_or(WatchError::NotApplied)?;
    let ended = client
        .follow(release.app, id, patience, |phase| say(format!("{phase:?}")))
        .await?;
    if ended.phase != Phase::Active {
        tell_log(client, release, &ended, &mut say).await;
        return Err(WatchError::Failed {
            phase: ended.phase,
            step: ended.failed_step,
        });
    }
    let strangers = ended.spec.map(|spec| release.images.strangers(&spec));
    if let Some(strangers) = strangers.filter(|strangers| !strangers.is_empty()) {
        return Err(WatchError::Strangers(strangers));
    }
    if let Some(workers) = release.workers {
        let ready = client.await_ready(release.app, WORKER, workers, patience).await;
        ready.map_err(WatchError::NotReady)?;
    }
    Ok(())
}

async fn tell_log(client: &Client, release: &Release, ended: &Deployment, say: &mut impl FnMut(String)) {
    match client.deployment_log(release.app, ended.id, LINES).await {
        Ok(lines) => lines.into_iter().for_each(say),
        // The failure itself matters more than that its log is not to be had.
        Err(error) => say(format!("no log: {error}")),
    }
}
