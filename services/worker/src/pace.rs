//! How many jobs of each kind run at once, by what the insurer bears.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use loadsure_core::concurrency::{Bounds, Call, Change, Limit, Sign};
use loadsure_core::insurer::{Failure, Operation};
use loadsure_core::job::Kind;
use loadsure_queue::Slots;
use loadsure_telemetry::{Metrics, fields};
use tracing::{debug, info};

/// A call that waited so long for its token is held up by the rate of its operation, and more slots would only wait
/// with it.
const BY_RATE: Duration = Duration::from_millis(100);

/// The slots of all kinds.
pub(crate) struct Pace {
    lanes: Mutex<Vec<Lane>>,
    metrics: Metrics,
}

struct Lane {
    kind: Kind,
    slots: Slots,
    limit: Limit,
}

/// A call to the insurer that has ended now.
pub(crate) struct Ended<'a> {
    pub(crate) operation: Operation,
    pub(crate) began: Instant,
    /// For its token, before it began.
    pub(crate) waited: Duration,
    pub(crate) failure: Option<&'a Failure>,
}

impl Pace {
    pub(crate) const fn new(metrics: Metrics) -> Self {
        Self {
            lanes: Mutex::new(Vec::new()),
            metrics,
        }
    }

    /// The slots of a kind: the least of `bounds` to begin with, and from now on as many as the insurer bears.
    pub(crate) fn slots(&self, kind: Kind, bounds: Bounds) -> Slots {
        let limit = Limit::new(bounds);
        let slots = Slots::new(usize::from(limit.slots()));
        let lane = Lane {
            kind,
            slots: slots.clone(),
            limit,
        };
        self.show(&lane);
        self.lanes().push(lane);
        slots
    }

    /// Learns from a call, for every kind of job that makes such calls.
    pub(crate) fn ended(&self, call: &Ended<'_>) {
        let (ended, sign) = (Instant::now(), Sign::of(call.failure));
        for lane in self.lanes().iter_mut() {
            if !calls(lane.kind).contains(&call.operation) {
                continue;
            }
            let change = lane.limit.ended(&Call {
                began: call.began,
                ended,
                sign,
                crowded: lane.slots.is_crowded() && call.waited < BY_RATE,
            });
            if let Some(change) = change {
                lane.slots.set_limit(usize::from(lane.limit.slots()));
                self.show(lane);
                self.tell(lane, change);
            }
        }
    }

    fn show(&self, lane: &Lane) {
        let max = lane.limit.bounds().max();
        let (now, max) = (u64::from(lane.limit.slots()), u64::from(max.get()));
        self.metrics.jobs().slots(lane.kind, now, max);
    }

    fn tell(&self, lane: &Lane, change: Change) {
        let (kind, slots) = (lane.kind.as_str(), lane.limit.slots());
        match change {
            Change::Raised => debug!({ fields::JOB_KIND } = kind, slots, "one more job may run at once"),
            Change::Halved => {
                self.metrics.jobs().slots_halved(lane.kind);
                info!(
                    { fields::JOB_KIND } = kind,
                    slots, "the insurer is overloaded: fewer jobs run at once"
                );
            }
        }
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, Vec<Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What jobs of a kind ask of the insurer. A cancellation may look at the certificate as well, but is not slowed down by
/// an insurer that cannot show certificates.
const fn calls(kind: Kind) -> &'static [Operation] {
    match kind {
        Kind::Quote => &[Operation::Quote],
        Kind::Booking => &[Operation::Purchase],
        Kind::Cancellation => &[Operation::Cancel],
        Kind::Certificate => &[Operation::CertificateSummary, Operation::CertificateUrl],
        Kind::SupportData => &[Operation::SupportData],
        Kind::Maintenance => &[Operation::CertificateSummary],
        Kind::Webhook => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;

    fn bounds(min: u16, max: u16) -> Bounds {
        Bounds::new(NonZeroU16::new(min).unwrap(), NonZeroU16::new(max).unwrap())
    }

    #[test]
    fn a_refusal_halves_the_slots_of_the_kinds_that_make_such_calls() {
        let metrics = Metrics::detached().unwrap();
        let pace = Pace::new(metrics.clone());
        let quotes = pace.slots(Kind::Quote, bounds(1, 8));
        let bookings = pace.slots(Kind::Booking, bounds(1, 8));
        for lane in pace.lanes().iter_mut() {
            let mut began = Instant::now();
            while lane.limit.slots() < 8 {
                began += Duration::from_millis(1);
                lane.limit.ended(&Call {
                    began,
                    ended: began,
                    sign: Sign::Served,
                    crowded: true,
                });
            }
            lane.slots.set_limit(8);
        }
        let refused = Failure::Refused {
            status: 429,
            retry_after: None,
        };
        let began = Instant::now();
        for _ in 0..8 {
            pace.ended(&Ended {
                operation: Operation::Purchase,
                began,
                waited: Duration::ZERO,
                failure: Some(&refused),
            });
        }
        assert_eq!((quotes.limit(), bookings.limit()), (8, 4));
        let text = metrics.render();
        for line in [
            "loadsure_jobs_slots{kind=\"booking\"} 4",
            "loadsure_jobs_slots_max{kind=\"booking\"} 8",
            "loadsure_jobs_slots_halved_total{kind=\"booking\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} not in\n{text}");
        }
    }
}
