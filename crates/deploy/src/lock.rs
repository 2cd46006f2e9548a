//! The deploy lock: one deployment at a time, and the queue monitor changes nothing meanwhile.

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_digitalocean::Fence;
use loadsure_store::Store;

/// How long the lock is taken for. Every step takes it anew, and the longest of them, following a deployment, ends after
/// 20 minutes; whoever dies blocks the next deployment, and the scaling of the workers, for no longer than this.
const LENGTH: Duration = Duration::from_secs(45 * 60);

/// The lock, as one holder knows it.
#[derive(Debug, Clone)]
pub struct DeployLock {
    store: Store,
    holder: String,
}

/// Why a step may not go on.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another deployment is under way.
    #[error("another deployment holds the lock")]
    Busy,
    /// Whether one is cannot be told.
    #[error("the deploy lock cannot be taken")]
    Store(#[from] Fault),
}

impl DeployLock {
    /// The lock for one holder: all steps of a deployment name the same, and no other deployment does.
    #[must_use]
    pub fn new(store: Store, holder: impl Into<String>) -> Self {
        Self {
            store,
            holder: holder.into(),
        }
    }

    /// Takes the lock, or goes on holding it.
    ///
    /// # Errors
    /// When another deployment holds it, or the database is away.
    pub async fn hold(&self) -> Result<(), LockError> {
        match self.store.lock_deploy(&self.holder, LENGTH).await? {
            true => Ok(()),
            false => Err(LockError::Busy),
        }
    }

    /// The database that has the lock.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// Gives the lock back, at the end or before a wait for people. `false`: this holder did not hold it.
    ///
    /// # Errors
    /// When the database is away; the lock then ends by itself.
    pub async fn release(&self) -> Result<bool, LockError> {
        Ok(self.store.unlock_deploy(&self.holder).await?)
    }
}

impl Fence for &DeployLock {
    async fn holds(&self) -> bool {
        self.hold().await.is_ok()
    }
}
