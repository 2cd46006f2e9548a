//! A fleet on a stage: looks every ten seconds, of which a test changes what it is about.

use std::num::NonZeroU32;

use crate::job::Kind;
use crate::scaling::*;

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;

pub(super) fn limits(min: u32, max: u32) -> Limits {
    let nonzero = |number| NonZeroU32::new(number).unwrap();
    Limits::new(nonzero(min), nonzero(max))
}

pub(super) fn predictive() -> Policy {
    Policy::new(limits(1, 5), Rule::Predictive(Predictive::default()))
}

pub(super) fn threshold() -> Policy {
    let threshold = Threshold {
        up_above: NonZeroU32::new(10).unwrap(),
        down_below: 2,
    };
    Policy::new(limits(1, 5), Rule::Threshold(threshold))
}

/// Both rules, with the guards of deployments.
pub(super) fn both() -> [Policy; 2] {
    [predictive(), threshold()]
}

/// A fleet, what is remembered of it, and what is seen at each look.
pub(super) struct Stage {
    pub(super) policy: Policy,
    pub(super) history: History,
    pub(super) now: Moment,
    pub(super) snapshot: Snapshot,
    /// Jobs that arrive in a second.
    pub(super) rate: u64,
    changes: u32,
}

impl Stage {
    /// Workers of four slots, jobs of three seconds, and nothing to do.
    pub(super) fn new(policy: Policy, workers: u32) -> Self {
        let idle = KindSample {
            unread: Lag::Known(0),
            added: 1_000_000,
            slots: 4 * u64::from(workers),
            slots_max: 4 * u64::from(workers),
            service_ms: Some(3_000.0),
            ..KindSample::default()
        };
        Self {
            policy,
            history: History::default(),
            now: Moment(1_000_000_000),
            snapshot: Snapshot {
                fleet: Fleet {
                    wanted: workers,
                    living: workers,
                    heard: Some(workers),
                },
                kinds: Kind::ALL.map(|kind| (kind, idle)).into(),
                ..Snapshot::default()
            },
            rate: 0,
            changes: 0,
        }
    }

    pub(super) fn quote(&mut self) -> &mut KindSample {
        self.snapshot.kinds.get_mut(&Kind::Quote).unwrap()
    }

    /// The outbox's counter of quotes.
    pub(super) fn published(&mut self) -> &mut u64 {
        let outbox = self.snapshot.outbox.as_mut().unwrap();
        outbox.published.entry(Kind::Quote).or_default()
    }

    /// So many quotes wait, the oldest for so long, and every slot is busy.
    pub(super) fn waiting(&mut self, unread: u64, age_ms: u64) {
        let quote = self.quote();
        quote.unread = Lag::Known(unread);
        quote.oldest_unread_ms = (unread > 0).then_some(age_ms);
        quote.pending = if unread > 0 { quote.slots } else { 0 };
    }

    /// Ten seconds later.
    pub(super) fn look(&mut self) -> Decision {
        let came = self.rate * 10;
        if let Some(quote) = self.snapshot.kinds.get_mut(&Kind::Quote) {
            quote.added += came;
        }
        if let Some(outbox) = &mut self.snapshot.outbox {
            outbox.taken = outbox.taken.plus(10 * SECOND);
            *outbox.published.entry(Kind::Quote).or_default() += came;
        }
        self.snapshot.taken = self.now.plus(10 * SECOND);
        self.snapshot.sequence += 1;
        self.same_look()
    }

    /// Ten seconds later, without a new look.
    pub(super) fn same_look(&mut self) -> Decision {
        self.now = self.now.plus(10 * SECOND);
        self.history.step(&self.snapshot, &self.policy, self.now)
    }

    /// Looks for so many minutes; the last decision.
    pub(super) fn minutes(&mut self, minutes: u64) -> Decision {
        (1..minutes * 6).for_each(|_| drop(self.look()));
        self.look()
    }

    /// Looks for so many minutes, and checks that none of them changes anything.
    pub(super) fn holds(&mut self, minutes: u64) -> Decision {
        let wanted = self.snapshot.fleet.wanted;
        let mut last = self.look();
        for _ in 1..minutes * 6 {
            assert_eq!(last.target, wanted, "{last:?}");
            last = self.look();
        }
        assert_eq!(last.target, wanted, "{last:?}");
        last
    }

    /// A change to so many workers begins now, and ends after so many minutes.
    pub(super) fn change(&mut self, to: u32, minutes: u64, result: ChangeResult) {
        self.changes += 1;
        let id = self.changes.to_string();
        self.history.note_change(Change {
            id: id.clone(),
            at: self.now,
            from: self.snapshot.fleet.wanted,
            to,
            ended: None,
            result: None,
        });
        let ends = self.now.plus(minutes * MINUTE);
        while self.now < ends {
            let decision = self.look();
            let why = StandDown::DeploymentRunning;
            assert_eq!(decision.reason, Reason::StandDown { why });
        }
        self.history.note_result(&id, self.now, result);
        if result == ChangeResult::Applied {
            self.workers(to);
        }
    }

    /// There are so many workers now.
    pub(super) fn workers(&mut self, workers: u32) {
        self.snapshot.fleet = Fleet {
            wanted: workers,
            living: workers,
            heard: Some(workers),
        };
        for sample in self.snapshot.kinds.values_mut() {
            sample.slots = 4 * u64::from(workers);
            sample.slots_max = sample.slots;
        }
    }
}
