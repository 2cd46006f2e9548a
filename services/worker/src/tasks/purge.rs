//! Removes what nobody will ask for again.

use std::time::Duration;

use loadsure_store::Store;
use tracing::debug;

use super::{Failure, Task};

/// Nothing is in a hurry: what is removed is a day old at least.
const EVERY: Duration = Duration::from_secs(600);

/// Removes expired idempotency keys, and jobs that ended and quotes that led to nothing long ago.
pub(crate) struct Purge {
    pub(crate) store: Store,
}

impl Task for Purge {
    const NAME: &'static str = "purge";

    async fn due(&mut self) {
        tokio::time::sleep(EVERY).await;
    }

    async fn run(&mut self) -> Result<(), Failure> {
        loop {
            let purged = self.store.purge().await?;
            if purged == 0 {
                return Ok(());
            }
            debug!(purged, "old rows are removed");
        }
    }
}
