//! Back-pressure: new quotes are refused while those that wait would take too long. Bookings and cancellations never are.
//!
//! How long they would take is estimated from the samples of the queue monitor, which are heard and not asked for. What
//! is missing, unknown or old refuses nobody: without a monitor there is no back-pressure.
//!
//! The estimate knows what the slots of the workers can do now, not what they may grow to, and not what the rate of the
//! insurer lets through. So it is never less than what the next quote in turn has waited already.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use loadsure_core::job::Kind;
use loadsure_core::scaling::Capacity;
use loadsure_queue::{Entry, From, Lag, Queue, Step, StreamSample, Tail, Unknown};
use loadsure_telemetry::{Metrics, fields};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

/// How long a sample is believed: several times the interval of the monitor.
const FRESH: Duration = Duration::from_secs(60);

/// Bounds of what a refused caller is told to wait. An estimate beyond five minutes says only that it is long.
const RETRY_AFTER: (u64, u64) = (5, 300);

/// What is read of a sample.
#[derive(Debug, Deserialize)]
struct Sample {
    streams: BTreeMap<Kind, StreamSample>,
    #[serde(default)]
    capacity: BTreeMap<Kind, Capacity>,
}

/// How long the quotes that wait will take, as far as is known. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct BackPressure(Arc<ArcSwapOption<Estimate>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Estimate {
    wait: Duration,
    good_until: Instant,
}

impl BackPressure {
    /// Seconds after which a new quote is worth another try, if the quotes that wait take longer than `limit`.
    pub(crate) fn refuses(&self, limit: Duration) -> Option<u64> {
        self.refuses_at(limit, Instant::now())
    }

    fn refuses_at(&self, limit: Duration, now: Instant) -> Option<u64> {
        let estimate = self.0.load();
        let wait = estimate
            .as_ref()
            .filter(|estimate| estimate.good_until > now && estimate.wait > limit)?
            .wait;
        Some(wait.as_secs().clamp(RETRY_AFTER.0, RETRY_AFTER.1))
    }

    fn learn(&self, estimate: Option<Estimate>) {
        self.0.store(estimate.map(Arc::new));
    }
}

/// What an entry of the sample stream says, if it says anything. How old it was when it was added is told by the
/// server's clock alone.
fn estimate(entry: &Entry, now: Instant) -> Option<Estimate> {
    let sample: Sample = entry
        .document()
        .inspect_err(|error| {
            debug!(
                { fields::ERROR } = fields::causes(error),
                "a sample cannot be read"
            )
        })
        .ok()?;
    let quotes = sample.streams.get(&Kind::Quote)?;
    let age = Duration::from_millis(entry.id.ms().saturating_sub(quotes.server_time_ms));
    let unread = at_least(quotes.lag)?;
    let drain = sample.capacity.get(&Kind::Quote)?.drain_time(unread)?;
    let waited = Duration::from_millis(quotes.oldest_unread_age_ms.unwrap_or_default());
    Some(Estimate {
        wait: drain.max(waited),
        good_until: now + FRESH.checked_sub(age)?,
    })
}

/// How many jobs wait at least, if anything is known of that.
const fn at_least(lag: Lag) -> Option<u64> {
    match lag {
        Lag::Known(unread) | Lag::Unknown(Unknown::MoreThan(unread)) => Some(unread),
        Lag::Unknown(Unknown::NoGroup) => None,
    }
}

/// Listens to samples until told to stop.
pub(crate) async fn follow(
    back_pressure: BackPressure,
    queue: Queue,
    metrics: Metrics,
    stop: CancellationToken,
) {
    stop.run_until_cancelled(listen(&back_pressure, &queue, &metrics))
        .await;
}

async fn listen(back_pressure: &BackPressure, queue: &Queue, metrics: &Metrics) {
    let samples = queue.names().samples();
    loop {
        let mut tail = match Tail::open(queue, samples.clone(), From::Now).await {
            Ok(tail) => tail,
            Err(error) => {
                error!(
                    { fields::ERROR } = fields::causes(&error),
                    "samples will not be heard of: there is no back-pressure"
                );
                return;
            }
        };
        // What comes after a gap may have waited there for long. Only what is added from now on is fresh.
        while let Some(entries) = entries(&mut tail).await {
            let Some(newest) = entries.last() else { continue };
            let estimate = estimate(newest, Instant::now());
            if let Some(estimate) = estimate {
                metrics.back_pressure().wait_estimate(estimate.wait);
            }
            back_pressure.learn(estimate);
        }
    }
}

/// The next entries, or `None` after a gap.
async fn entries(tail: &mut Tail) -> Option<Vec<Entry>> {
    match tail.next().await {
        Step::Entries(entries) => Some(entries),
        Step::Idle => Some(Vec::new()),
        Step::Gap => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    fn knowing(wait: u64, good_until: Instant) -> BackPressure {
        let back_pressure = BackPressure::default();
        back_pressure.learn(Some(Estimate {
            wait: Duration::from_secs(wait),
            good_until,
        }));
        back_pressure
    }

    #[test]
    fn only_what_is_known_and_fresh_and_too_long_refuses() {
        let now = Instant::now();
        assert_eq!(BackPressure::default().refuses_at(LIMIT, now), None);
        assert_eq!(knowing(60, now + FRESH).refuses_at(LIMIT, now), None);
        assert_eq!(knowing(61, now).refuses_at(LIMIT, now), None);
        assert_eq!(knowing(61, now + FRESH).refuses_at(LIMIT, now), Some(61));
    }

    #[test]
    fn nobody_is_told_to_come_back_at_once_or_next_week() {
        let now = Instant::now();
        let short = Duration::from_millis(1);
        assert_eq!(knowing(1, now + FRESH).refuses_at(short, now), Some(5));
        assert_eq!(knowing(1_000_000, now + FRESH).refuses_at(LIMIT, now), Some(300));
    }
}
