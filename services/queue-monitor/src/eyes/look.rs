//! One look at the queues.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Lag, Moment, Outbox};
use loadsure_queue::{Activity, Error, Queue, Seen, StreamSample};
use loadsure_telemetry::metrics;

use super::clock::ServerClock;
use super::kinds::unread;

/// A worker that was not heard for this long is not counted as heard: several times the interval of heartbeats, so
/// that a late one does not look like a death.
const HEARD_WITHIN: Duration = Duration::from_secs(60);

/// What one look has found. What nobody told is missing.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// The number of the look.
    pub(crate) sequence: u64,
    /// When it was taken, by the Redis server. The time of an earlier look where the server told none.
    pub(crate) taken: Moment,
    /// The job streams.
    pub(crate) streams: BTreeMap<Kind, StreamSample>,
    /// Dead letters.
    pub(crate) dead: BTreeMap<Kind, u64>,
    /// Heartbeats of workers that take work.
    pub(crate) heartbeats: Option<Vec<Seen>>,
    /// What the outbox says.
    pub(crate) outbox: Option<Outbox>,
    /// Why something of Redis is missing.
    pub(crate) error: Option<Error>,
}

impl Look {
    /// Looks at every stream, and listens for heartbeats. Ends at the first error: Redis is one server, and the next
    /// command would only wait for the same timeout.
    pub(super) async fn fill(&mut self, queue: &Queue, clock: &mut ServerClock) -> Result<(), Error> {
        for kind in Kind::ALL {
            let stream = queue.sample(kind).await?;
            clock.hear(stream.server_time_ms, Instant::now());
            self.taken = Moment(stream.server_time_ms);
            self.streams.insert(kind, stream);
        }
        let mut heartbeats = queue.recent_heartbeats(HEARD_WITHIN).await?;
        heartbeats.retain(|seen| !seen.heartbeat.draining);
        self.heartbeats = Some(heartbeats);
        for kind in Kind::ALL {
            self.dead.insert(kind, queue.dead_letter_count(kind).await?);
        }
        Ok(())
    }

    /// How many workers were heard.
    pub(crate) fn heard(&self) -> Option<u32> {
        let heard = self.heartbeats.as_ref()?.len();
        Some(u32::try_from(heard).unwrap_or(u32::MAX))
    }

    /// What each worker that was heard does, by kind. A kind that only a newer worker knows has no stream here either.
    pub(super) fn activities(&self) -> impl Iterator<Item = (Kind, &Activity)> {
        let heartbeats = self.heartbeats.iter().flatten();
        let activities = heartbeats.flat_map(|seen| &seen.heartbeat.kinds);
        activities.filter_map(|(kind, activity)| Some((kind.parse().ok()?, activity)))
    }

    /// The numbers for `/metrics`.
    pub(crate) fn gauges(&self) -> impl Iterator<Item = (Kind, metrics::Sample)> {
        let streams = self.streams.iter();
        streams.map(|(kind, stream)| (*kind, self.gauge(*kind, stream)))
    }

    fn gauge(&self, kind: Kind, stream: &StreamSample) -> metrics::Sample {
        let ages = [stream.oldest_unread_age_ms, stream.oldest_pending_age_ms];
        let oldest = ages.into_iter().flatten().max().unwrap_or(0);
        metrics::Sample {
            length: Some(stream.length),
            unread: Lag::known(unread(stream, true)),
            pending: Some(stream.pending),
            // Jobs that wait for their time are no work that a worker could do now.
            delayed: None,
            dead: self.dead.get(&kind).copied(),
            consumers: self.consumers(kind),
            oldest_age: Some(Duration::from_millis(oldest)),
            sampled: Duration::from_millis(stream.server_time_ms),
        }
    }

    /// Workers heard that take this kind.
    fn consumers(&self, kind: Kind) -> Option<u64> {
        let heartbeats = self.heartbeats.as_ref()?.iter();
        let takes = |seen: &&Seen| seen.heartbeat.kinds.contains_key(kind.as_str());
        u64::try_from(heartbeats.filter(takes).count()).ok()
    }
}
