//! Marks quotes whose time ran out.

use std::time::Duration;

use loadsure_store::Store;
use tracing::debug;

use super::{Failure, Task};

/// Reading and buying compare with the clock anyway; this keeps lists honest, and may be a little late.
const EVERY: Duration = Duration::from_secs(30);

/// Marks expired quotes.
pub(crate) struct Expire {
    pub(crate) store: Store,
}

impl Task for Expire {
    const NAME: &'static str = "expiry";

    async fn due(&mut self) {
        tokio::time::sleep(EVERY).await;
    }

    async fn run(&mut self) -> Result<(), Failure> {
        loop {
            let expired = self.store.expire_quotes().await?;
            if expired == 0 {
                return Ok(());
            }
            debug!(expired, "quotes have expired");
        }
    }
}
