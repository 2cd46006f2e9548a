//! Counts the workers, so that each knows its share of a rate while Redis is away.

use std::time::Duration;

use loadsure_queue::Queue;

use super::{Failure, Task};
use crate::rates::Peers;

/// Time between two counts, and how far back signs of life are looked for: several times that between two of them.
const EVERY: Duration = Duration::from_secs(10);

/// Counts the workers.
pub(crate) struct Count {
    queue: Queue,
    peers: Peers,
    pause: Duration,
}

impl Count {
    pub(crate) const fn new(queue: Queue, peers: Peers) -> Self {
        Self {
            queue,
            peers,
            pause: Duration::ZERO,
        }
    }
}

impl Task for Count {
    const NAME: &'static str = "counting of workers";
    const NEEDS_DATABASE: bool = false;

    async fn due(&mut self) {
        tokio::time::sleep(std::mem::replace(&mut self.pause, EVERY)).await;
    }

    async fn run(&mut self) -> Result<(), Failure> {
        let own = self.queue.instance();
        let seen = self.queue.recent_heartbeats(EVERY).await?;
        let others = seen
            .iter()
            .filter(|seen| !seen.heartbeat.draining && seen.heartbeat.consumer != own);
        self.peers.heard(others.count().saturating_add(1));
        Ok(())
    }
}
