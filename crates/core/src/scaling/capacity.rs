//! How fast a backlog is worked off.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What all workers together can do for one kind of job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// Jobs that may run at once.
    pub slots: u64,
    /// Mean time of the jobs that were finished lately, in milliseconds. `None` while nobody has finished any.
    pub service_ms: Option<f64>,
}

impl Capacity {
    /// Adds what one more worker can do. The mean is weighted by slots: each does its share of what comes.
    #[must_use]
    pub fn with(self, slots: u64, service_ms: Option<f64>) -> Self {
        let service_ms = match (self.service_ms, service_ms) {
            (Some(ours), Some(theirs)) => {
                let (before, more) = (float(self.slots), float(slots));
                let sum = (before + more).max(1.0);
                Some((ours * before + theirs * more) / sum)
            }
            (ours, theirs) => ours.or(theirs),
        };
        Self {
            slots: self.slots.saturating_add(slots),
            service_ms,
        }
    }

    /// How long `unread` jobs take until a worker has taken the last of them. `None` when nobody can say: there are no
    /// workers, or none has finished a job yet.
    #[must_use]
    pub fn drain_time(&self, unread: u64) -> Option<Duration> {
        let service_ms = self.service_ms.filter(|ms| ms.is_finite() && *ms >= 0.0)?;
        if self.slots == 0 {
            return None;
        }
        let seconds = float(unread) * service_ms / float(self.slots) / 1_000.0;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }
}

/// A count as a factor; beyond four billion it makes no difference.
fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_takes_its_work_divided_by_the_slots() {
        let capacity = Capacity {
            slots: 4,
            service_ms: Some(3_000.0),
        };
        assert_eq!(capacity.drain_time(0), Some(Duration::ZERO));
        assert_eq!(capacity.drain_time(80), Some(Duration::from_secs(60)));
        assert_eq!(
            capacity.drain_time(u64::MAX).unwrap().as_secs() / 1_000_000,
            3_221
        );
    }

    /// S1: what is not known is not taken for nothing, nor for endless.
    #[test]
    fn nobody_can_say_without_workers_or_experience() {
        let inexperienced = Capacity {
            slots: 4,
            service_ms: None,
        };
        assert_eq!(inexperienced.drain_time(80), None);
        for service_ms in [Some(3_000.0), None] {
            assert_eq!(Capacity { slots: 0, service_ms }.drain_time(80), None);
        }
        for nonsense in [f64::NAN, f64::INFINITY, -1.0] {
            let capacity = Capacity {
                slots: 1,
                service_ms: Some(nonsense),
            };
            assert_eq!(capacity.drain_time(1), None);
        }
    }

    #[test]
    fn workers_add_up() {
        let both = Capacity::default()
            .with(3, None)
            .with(1, Some(1_000.0))
            .with(4, Some(3_000.0));
        assert_eq!(both.slots, 8);
        assert_eq!(both.service_ms, Some(2_000.0));
    }
}
