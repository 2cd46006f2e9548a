//! Going back to what was there before a release.

use loadsure_digitalocean::{
    Client, DeploymentId, Error, FollowError, Guard, Order, Patience, Phase, RollbackError, ScaleError,
};
use rust_decimal::Decimal;

use crate::lock::{DeployLock, LockError};
use crate::promote::{Move, PromoteError};
use crate::release::Release;
use crate::settle::{SettleError, settled};
use crate::spec::{Template, WORKER};

/// Why the release is still there, in part or whole.
#[derive(Debug, thiserror::Error)]
pub enum BackError {
    /// Another deployment is under way, or may be.
    #[error("not rolled back")]
    Lock(#[from] LockError),
    /// The traffic could not be moved back.
    #[error("the traffic was not moved back")]
    Traffic(#[from] PromoteError),
    /// The app did not come to rest.
    #[error("not rolled back")]
    Settle(#[from] SettleError),
    /// The platform refuses, or its answer was lost.
    #[error("not rolled back")]
    Rollback(#[from] RollbackError),
    /// The end of the rollback was not seen. The app is still pinned.
    #[error("the end of the rollback was not seen; the app is pinned until it is committed or reverted")]
    Follow(#[from] FollowError),
    /// The rollback failed. The app is still pinned.
    #[error("the rollback ended as {0:?}; the app is pinned until it is committed or reverted")]
    Failed(Phase),
    /// It is rolled back, and the number of workers could not be set to what it was.
    #[error("rolled back, but the number of workers was not kept")]
    Workers(#[from] ScaleError),
    /// The app does not tell its number of workers.
    #[error("rolled back, but the number of workers cannot be read")]
    Count(#[from] Guard),
    /// The app cannot be read.
    #[error("rolled back, but the app cannot be read")]
    Call(#[from] Error),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The release had changed nothing.
    NothingToDo,
    /// The app was rolled back to this deployment, and its pin is gone.
    To(DeploymentId),
}

/// Undoes a release: moves the traffic back if it was moved, then rolls the app back to the deployment that served in it
/// before, also when the release's deployment failed: its spec is still the app's, and whoever changed the number of workers
/// next would deploy it. Keeps the number of workers. Migrations stay: older code runs on a newer schema.
///
/// # Errors
/// When not all of it was done.
pub async fn roll_back(
    client: &Client,
    lock: &DeployLock,
    release: &Release,
    template: &Template,
    patience: Patience,
) -> Result<Returned, BackError> {
    if release.deployment.is_none() && !release.promoted {
        return Ok(Returned::NothingToDo);
    }
    lock.hold().await?;
    if let Some(serving) = release.serving.filter(|_| release.promoted) {
        let domains = Move {
            client,
            lock,
            patience,
        };
        domains.between(release.app, serving, template.domains()).await?;
    }
    let Some((_, previous)) = release.deployment.zip(release.previous) else {
        return Ok(Returned::NothingToDo);
    };
    let before = settled(client, release.app, patience).await?;
    // The number of an app without traffic is nobody's concern.
    let workers = match release.serving {
        None => before.spec.instance_count(WORKER).ok(),
        Some(_) => None,
    };
    client.validate_rollback(release.app, previous).await?;
    let deployment = client.rollback(release.app, previous).await?;
    let ended = client.follow(release.app, deployment, patience, |_| ()).await?;
    if ended.phase != Phase::Active {
        return Err(BackError::Failed(ended.phase));
    }
    client.commit_rollback(release.app).await?;
    if let Some(workers) = workers {
        keep(client, release, workers, lock, patience).await?;
    }
    Ok(Returned::To(previous))
}

/// An earlier deployment has the number of workers of its time.
async fn keep(
    client: &Client,
    release: &Release,
    workers: u32,
    lock: &DeployLock,
    patience: Patience,
) -> Result<(), BackError> {
    let from = client.app(release.app).await?.spec.instance_count(WORKER)?;
    if from == workers {
        return Ok(());
    }
    let order = Order {
        app: release.app,
        worker: WORKER.to_owned(),
        from,
        to: workers,
        // As many as there were a moment ago were paid for.
        ceiling: Decimal::MAX,
    };
    let scaled = client.scale(&order, &lock).await?;
    let ended = client
        .follow(release.app, scaled.deployment, patience, |_| ())
        .await?;
    match ended.phase {
        Phase::Active => Ok(()),
        phase => Err(BackError::Failed(phase)),
    }
}
