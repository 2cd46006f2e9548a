//! Pauses that the insurer asked of one worker and that all workers keep.

use std::time::Duration;

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use serde::{Deserialize, Serialize};

use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::queue::Queue;
use crate::script::CLOCK;
use crate::tail::{From, Step, Tail};
use crate::wire;

/// Pauses kept on the stream. They are few, and all but the last ones are over.
const LENGTH: u64 = 256;

/// Pause after the clock could not be read.
const AGAIN: Duration = Duration::from_millis(200);

/// An operation of the insurer that all workers leave alone for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The operation, by its name.
    pub operation: String,
    /// For how long from now on.
    pub remaining: Duration,
}

/// The document on the stream. When it ends follows from the entry's id, which is the server's time.
#[derive(Serialize, Deserialize)]
struct Announced {
    operation: String,
    length_ms: u64,
}

impl Queue {
    /// Tells all workers of a pause, those that start later included.
    ///
    /// # Errors
    /// If Redis did not take it.
    pub async fn announce_pause(&self, pause: &Pause) -> Result<EntryId, Error> {
        let announced = Announced {
            operation: pause.operation.clone(),
            length_ms: u64::try_from(pause.remaining.as_millis()).unwrap_or(u64::MAX),
        };
        self.append(&self.names().pauses(), &announced, LENGTH).await
    }

    /// The pauses that are not over.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn standing_pauses(&self) -> Result<Vec<Pause>, Error> {
        let answer: Value = self
            .client()?
            .xrange(self.names().pauses(), "-", "+", None)
            .await?;
        self.standing(&wire::entries(answer, "XRANGE")?).await
    }

    /// Those of some entries that are not over, by the server's clock: clocks of workers that disagree do no harm.
    async fn standing(&self, entries: &[Entry]) -> Result<Vec<Pause>, Error> {
        let clock = CLOCK
            .run(self.client()?, vec![self.names().pauses()], Vec::new())
            .await?;
        let now = wire::number(&clock, CLOCK.name)?;
        Ok(entries.iter().filter_map(|entry| remaining(entry, now)).collect())
    }
}

fn remaining(entry: &Entry, now: u64) -> Option<Pause> {
    // One of another version says nothing to this one.
    let announced: Announced = entry.document().ok()?;
    let end = entry.id.ms().saturating_add(announced.length_ms);
    let rest = end.checked_sub(now).filter(|rest| *rest > 0)?;
    Some(Pause {
        operation: announced.operation,
        remaining: Duration::from_millis(rest),
    })
}

/// Follows the pauses of all workers, on a connection of its own. Does not poll.
#[derive(Debug)]
pub struct Pauses {
    queue: Queue,
    tail: Tail,
}

impl Pauses {
    /// Follows from the oldest pause on that is known.
    ///
    /// # Errors
    /// [`Error::Config`] only; a Redis that is away is waited for.
    pub async fn follow(queue: &Queue) -> Result<Self, Error> {
        let tail = Tail::open(queue, queue.names().pauses(), From::Start).await?;
        Ok(Self {
            queue: queue.clone(),
            tail,
        })
    }

    /// The next pauses that are not over.
    pub async fn next(&mut self) -> Vec<Pause> {
        loop {
            if let Step::Entries(entries) = self.tail.next().await {
                let standing = self.standing(&entries).await;
                if !standing.is_empty() {
                    return standing;
                }
            }
        }
    }

    async fn standing(&self, entries: &[Entry]) -> Vec<Pause> {
        loop {
            self.queue.connected().await;
            match self.queue.standing(entries).await {
                Ok(standing) => return standing,
                Err(error) => {
                    tracing::debug!(%error, "the clock cannot be read");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }
}
