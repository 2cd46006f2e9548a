//! `scale lock` and `scale unlock`.

use std::time::Duration;

use loadsure_store::Store;

use crate::Error;
use crate::output::line;

pub(super) async fn take(store: &Store, holder: &str, length: Duration) -> Result<(), Error> {
    let taken = store.lock_deploy(holder, length).await;
    if taken.map_err(Error::database("take the deploy lock"))? {
        return line(&format!("locked for {} s", length.as_secs()));
    }
    Err(Error::DeployLocked)
}

pub(super) async fn give_back(store: &Store, holder: &str) -> Result<(), Error> {
    let given = store.unlock_deploy(holder).await;
    if given.map_err(Error::database("give the deploy lock back"))? {
        return line("unlocked");
    }
    Err(Error::NotHeld)
}
