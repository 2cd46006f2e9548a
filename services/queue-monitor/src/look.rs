//! One look at the queues.

use std::collections::BTreeMap;
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{self, Capacity, KindSample, LagUnknown, Moment};
use loadsure_queue::{Error, Lag, Queue, Seen, StreamSample, Unknown};
use loadsure_telemetry::metrics;

/// A worker that was not heard for this long is not counted as heard: several times the interval of heartbeats, so
/// that a late one does not look like a death.
const HEARD_WITHIN: Duration = Duration::from_secs(60);

/// What one look has found. What Redis did not tell is missing.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// The job streams.
    pub(crate) streams: BTreeMap<Kind, StreamSample>,
    /// Dead letters.
    pub(crate) dead: BTreeMap<Kind, u64>,
    /// Heartbeats of workers that take work.
    pub(crate) heartbeats: Option<Vec<Seen>>,
    /// Why something is missing.
    pub(crate) error: Option<Error>,
}

impl Look {
    /// Looks at every stream, and listens for heartbeats. Ends at the first error: Redis is one server, and the next
    /// command would only wait for the same timeout.
    pub(crate) async fn take(queue: &Queue) -> Self {
        let mut look = Self::default();
        look.error = look.fill(queue).await.err();
        look
    }

    async fn fill(&mut self, queue: &Queue) -> Result<(), Error> {
        for kind in Kind::ALL {
            self.streams.insert(kind, queue.sample(kind).await?);
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

    /// When the last stream was looked at, by the Redis server.
    pub(crate) fn taken(&self) -> Option<Moment> {
        let moments = self.streams.values().map(|stream| stream.server_time_ms);
        moments.max().map(Moment)
    }

    /// The work by kind, as decisions need it.
    pub(crate) fn kinds(&self) -> BTreeMap<Kind, KindSample> {
        // Workers make the groups of the kinds that they take. Where no kind has one, no worker has run since the
        // server was made or wiped, and an empty stream says nothing about the work that there is.
        let is_in_use = self.streams.values().any(|stream| stream.group_exists);
        let capacity = self.capacity();
        let streams = self.streams.iter();
        streams
            .map(|(kind, stream)| {
                let capacity = capacity.get(kind).copied().unwrap_or_default();
                (*kind, sample(stream, is_in_use, capacity))
            })
            .collect()
    }

    /// What the workers that were heard can do, by kind.
    pub(crate) fn capacity(&self) -> BTreeMap<Kind, Capacity> {
        let heartbeats = self.heartbeats.iter().flatten();
        let activities = heartbeats.flat_map(|seen| &seen.heartbeat.kinds);
        let mut capacity = BTreeMap::<Kind, Capacity>::new();
        for (kind, activity) in activities {
            // A kind that only a newer worker knows has no stream here either.
            if let Ok(kind) = kind.parse() {
                let known = capacity.entry(kind).or_default();
                *known = known.with(activity.slots, activity.service_ms);
            }
        }
        capacity
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
            unread: unread(stream, true),
            pending: Some(stream.pending),
            // Jobs that wait for their time are rows of the database, which this service does not read.
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

fn sample(stream: &StreamSample, is_in_use: bool, capacity: Capacity) -> KindSample {
    KindSample {
        unread: lag(stream, is_in_use),
        pending: stream.pending,
        oldest_unread_ms: stream.oldest_unread_age_ms,
        oldest_pending_ms: stream.oldest_pending_age_ms,
        added: stream.entries_added,
        completed: 0,
        slots: capacity.slots,
        slots_max: capacity.slots,
        service_ms: capacity.service_ms,
    }
}

fn lag(stream: &StreamSample, is_in_use: bool) -> scaling::Lag {
    let unknown = |why| scaling::Lag::Unknown { why };
    match (unread(stream, is_in_use), stream.lag) {
        (Some(unread), _) => scaling::Lag::Known(unread),
        (None, Lag::Unknown(Unknown::MoreThan(count))) => unknown(LagUnknown::MoreThan(count)),
        (None, _) => unknown(LagUnknown::NoGroup),
    }
}

/// Unread entries, if that is known. A stream without a group and without entries holds nothing unread: no worker
/// takes this kind, and nobody asked for it.
fn unread(stream: &StreamSample, is_in_use: bool) -> Option<u64> {
    match stream.lag {
        Lag::Known(lag) => Some(lag),
        Lag::Unknown(Unknown::NoGroup) if is_in_use && stream.length == 0 => Some(0),
        Lag::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(lag: Lag, length: u64) -> StreamSample {
        StreamSample {
            server_time_ms: 5_000,
            length,
            lag,
            pending: 3,
            oldest_unread_age_ms: Some(20),
            oldest_pending_age_ms: Some(70),
            consumers: 1,
            entries_added: length,
            entries_read: None,
            last_delivered: None,
            group_exists: lag != Lag::Unknown(Unknown::NoGroup),
        }
    }

    fn look(streams: &[(Kind, StreamSample)]) -> Look {
        Look {
            streams: streams.iter().cloned().collect(),
            ..Look::default()
        }
    }

    /// S1: what the server cannot tell is not taken for nothing.
    #[test]
    fn an_unknown_lag_stays_unknown() {
        let given_up = stream(Lag::Unknown(Unknown::MoreThan(10_000)), 20_000);
        let quote = look(&[(Kind::Quote, given_up)]).kinds()[&Kind::Quote];
        let why = LagUnknown::MoreThan(10_000);
        assert_eq!((quote.unread, quote.pending), (scaling::Lag::Unknown { why }, 3));
    }

    #[test]
    fn a_kind_that_nobody_takes_and_nobody_asked_for_is_empty() {
        let unused = stream(Lag::Unknown(Unknown::NoGroup), 0);
        let asked_for = stream(Lag::Unknown(Unknown::NoGroup), 1);
        let used = stream(Lag::Known(4), 9);
        let kinds = look(&[
            (Kind::Quote, used),
            (Kind::Webhook, unused.clone()),
            (Kind::Maintenance, asked_for),
        ])
        .kinds();
        assert_eq!(kinds[&Kind::Quote].unread.known(), Some(4));
        assert_eq!(kinds[&Kind::Webhook].unread.known(), Some(0));
        assert_eq!(kinds[&Kind::Maintenance].unread.known(), None);
        let wiped = look(&[(Kind::Quote, unused)]).kinds();
        assert_eq!(wiped[&Kind::Quote].unread.known(), None);
    }

    #[test]
    fn the_oldest_unfinished_entry_may_be_one_at_work() {
        let look = look(&[(Kind::Quote, stream(Lag::Known(4), 9))]);
        let (kind, gauge) = look.gauges().next().unwrap();
        assert_eq!(kind, Kind::Quote);
        assert_eq!(gauge.oldest_age, Some(Duration::from_millis(70)));
        assert_eq!(gauge.sampled, Duration::from_secs(5));
        assert_eq!(gauge.consumers, None);
    }
}
