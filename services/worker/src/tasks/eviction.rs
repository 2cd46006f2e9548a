//! Looks whether Redis may throw jobs away when its memory runs out. Nothing would be lost, but much would be late.

use std::time::Duration;

use loadsure_queue::Queue;

use super::{Failure, Task};

/// Somebody changes the policy of a server once in years.
const EVERY: Duration = Duration::from_secs(300);

/// Complains of a server that evicts.
pub(crate) struct Eviction {
    queue: Queue,
    /// The first round comes at once.
    looked: bool,
}

impl Eviction {
    pub(crate) const fn new(queue: Queue) -> Self {
        Self { queue, looked: false }
    }
}

impl Task for Eviction {
    const NAME: &'static str = "look at the eviction policy";
    const NEEDS_DATABASE: bool = false;

    async fn due(&mut self) {
        if std::mem::replace(&mut self.looked, true) {
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn run(&mut self) -> Result<(), Failure> {
        match self.queue.evicts_by().await? {
            Some(policy) => Err(Failure::Evicts { policy }),
            None => Ok(()),
        }
    }
}
