//! What is looked at: Redis, and the outbox as a second source.

mod clock;
mod insurer;
mod kinds;
mod look;
mod tally;
#[cfg(test)]
mod tests;

use std::time::Instant;

use loadsure_core::scaling::Moment;
use loadsure_queue::Queue;
use loadsure_store::Store;
use loadsure_telemetry::fields;
use tracing::debug;

use clock::ServerClock;
use tally::Tally;

pub(crate) use look::Look;

/// Looks again and again.
#[derive(Debug)]
pub(crate) struct Eyes {
    queue: Queue,
    store: Store,
    clock: ServerClock,
    tally: Tally,
    sequence: u64,
    /// When the last look was taken that found Redis.
    taken: Option<Moment>,
}

impl Eyes {
    pub(crate) fn new(queue: Queue, store: Store) -> Self {
        Self {
            queue,
            store,
            clock: ServerClock::default(),
            tally: Tally::default(),
            sequence: 0,
            taken: None,
        }
    }

    /// The time by the Redis server.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now(Instant::now())
    }

    /// The next look gets a number above this one: a predecessor's.
    pub(crate) fn go_on_from(&mut self, sequence: u64) {
        self.sequence = self.sequence.max(sequence);
    }

    /// Looks. Redis first: what is published in between makes the outbox more, never less.
    pub(crate) async fn look(&mut self) -> Look {
        self.sequence += 1;
        // A look at nothing that bore no time would pass for one by another clock, after which nothing is remembered.
        let mut look = Look {
            sequence: self.sequence,
            taken: self.taken.unwrap_or_else(|| self.now()),
            ..Look::default()
        };
        look.error = look.fill(&self.queue, &mut self.clock).await.err();
        self.taken = look
            .streams
            .values()
            .last()
            .map(|stream| Moment(stream.server_time_ms))
            .or(self.taken);
        match self.store.outbox(self.tally.since()).await {
            Ok(count) => look.outbox = Some(self.tally.count(&count, self.now())),
            Err(fault) => debug!(
                { fields::ERROR } = fields::causes(&fault),
                "the outbox cannot be counted"
            ),
        }
        look
    }
}
