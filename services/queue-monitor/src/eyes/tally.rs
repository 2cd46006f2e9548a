//! The second source: what the outbox says, as counters that only grow.

use std::collections::BTreeMap;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Moment, Outbox};
use loadsure_store::OutboxJobs;
use time::OffsetDateTime;

/// Counts jobs that were published while this process looks, from how many there are and how many went.
#[derive(Debug, Default)]
pub(super) struct Tally {
    seen: Option<OffsetDateTime>,
    waiting: BTreeMap<Kind, u64>,
    published: BTreeMap<Kind, u64>,
}

impl Tally {
    /// Since when ends are to be counted.
    pub(super) const fn since(&self) -> Option<OffsetDateTime> {
        self.seen
    }

    /// Takes a count in. A job that went back to be tried again later is not counted anew, so this may be too few, never
    /// too many.
    pub(super) fn count(&mut self, count: &loadsure_store::Outbox, taken: Moment) -> Outbox {
        let is_first = self.seen.is_none();
        self.seen = Some(count.at);
        for kind in Kind::ALL {
            let OutboxJobs { published, ended } = count.jobs.get(&kind).copied().unwrap_or_default();
            let before = self.waiting.insert(kind, published).unwrap_or(0);
            let came = published.saturating_add(ended).saturating_sub(before);
            let total = self.published.entry(kind).or_default();
            *total = total.saturating_add(if is_first { 0 } else { came });
        }
        Outbox {
            taken,
            published: self.published.clone(),
            unfinished: self.waiting.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(tally: &mut Tally, published: u64, ended: u64) -> (u64, u64) {
        let counts = loadsure_store::Outbox {
            at: OffsetDateTime::UNIX_EPOCH,
            jobs: BTreeMap::from([(Kind::Quote, OutboxJobs { published, ended })]),
        };
        let outbox = tally.count(&counts, Moment(1));
        (outbox.published[&Kind::Quote], outbox.unfinished[&Kind::Quote])
    }

    /// S9: the counter moves on whenever something was published, however much of it has ended already.
    #[test]
    fn what_came_and_went_between_two_looks_is_counted() {
        let mut tally = Tally::default();
        assert_eq!(count(&mut tally, 5, 0), (0, 5));
        assert_eq!(count(&mut tally, 5, 0), (0, 5));
        assert_eq!(count(&mut tally, 3, 9), (7, 3));
        assert_eq!(count(&mut tally, 0, 3), (7, 0));
        assert_eq!(count(&mut tally, 2, 0), (9, 2));
    }

    #[test]
    fn a_job_that_waits_to_be_tried_again_takes_nothing_back() {
        let mut tally = Tally::default();
        count(&mut tally, 5, 0);
        assert_eq!(count(&mut tally, 4, 0), (0, 4));
        assert_eq!(count(&mut tally, 4, 0), (0, 4));
    }
}
