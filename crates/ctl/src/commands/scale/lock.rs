//! `scale lock` and `scale unlock`.

use std::time::Duration;

use loadsure_store::Store;
use uuid::Uuid;

use crate::Error;
use crate::output::line;

/// Takes the lock under a name that nobody else has, and writes that name: two that ask as the same holder are two, and
/// the one that is refused cannot give back what the other has.
pub(super) async fn take(store: &Store, holder: &str, length: Duration) -> Result<(), Error> {
    let lock = format!("{holder}/{}", Uuid::now_v7());
    let taken = store.lock_deploy(&lock, length).await;
    if taken.map_err(Error::database("take the deploy lock"))? {
        return line(&lock);
    }
    let holder = store.deploy_holder().await;
    let holder = holder.map_err(Error::database("see who holds the deploy lock"))?;
    Err(Error::DeployLocked(
        holder.unwrap_or_else(|| "one that has just ended".to_owned()),
    ))
}

pub(super) async fn prolong(store: &Store, lock: &str, length: Duration) -> Result<(), Error> {
    let prolonged = store.prolong_deploy_lock(lock, length).await;
    if prolonged.map_err(Error::database("prolong the deploy lock"))? {
        return line(lock);
    }
    Err(Error::NotHeld)
}

pub(super) async fn give_back(store: &Store, lock: &str) -> Result<(), Error> {
    let given = store.unlock_deploy(lock).await;
    if given.map_err(Error::database("give the deploy lock back"))? {
        return line("unlocked");
    }
    Err(Error::NotHeld)
}
