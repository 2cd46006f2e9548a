//! Keeps the job streams short.

use std::time::Duration;

use loadsure_queue::Queue;

use super::{Failure, KINDS, Task};

/// At a thousand jobs a second a stream grows by about two megabytes in this time.
const EVERY: Duration = Duration::from_secs(5);

/// Removes entries that are done with.
pub(crate) struct Trim {
    pub(crate) queue: Queue,
}

impl Task for Trim {
    const NAME: &'static str = "trimming";
    const NEEDS_DATABASE: bool = false;

    async fn due(&mut self) {
        tokio::time::sleep(EVERY).await;
    }

    async fn run(&mut self) -> Result<(), Failure> {
        for kind in KINDS {
            self.queue.trim(kind).await?;
        }
        Ok(())
    }
}
