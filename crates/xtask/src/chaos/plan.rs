//! When each fault strikes: first one at a time, then several at once.

use std::time::Duration;

use super::faults::{Family, Fault};
use super::rng::Rng;

/// Load without a fault at the start, so that the run shows what is normal.
const WARM_UP: Duration = Duration::from_secs(3);
/// How far apart the faults of one mix may begin.
const MIX_SPREAD: Duration = Duration::from_secs(2);

/// One fault of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) fault: Fault,
    /// From the start of the load.
    pub(crate) at: Duration,
    pub(crate) lasts: Duration,
    /// Chooses the victim among several.
    pub(crate) pick: u64,
}

impl Planned {
    pub(crate) fn until(&self) -> Duration {
        self.at + self.lasts
    }
}

/// How close faults follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Share of the time with one fault at a time, in percent.
    single_percent: u32,
    /// The shortest and the longest pause between two faults, in which recovery shows.
    calm: (Duration, Duration),
}

impl Pace {
    pub(crate) const ORDINARY: Self = Self {
        single_percent: 60,
        calm: (Duration::from_millis(1_500), Duration::from_millis(3_500)),
    };

    /// For a run that has little time: most faults are mixed.
    pub(crate) const DENSE: Self = Self {
        single_percent: 20,
        calm: (Duration::from_millis(1_000), Duration::from_millis(1_500)),
    };
}

/// The plan of a seed. Everything is healed at the end, and two faults of one family never overlap.
pub(crate) fn plan(seed: u64, faults: &[Fault], whole: Duration, pace: Pace) -> Vec<Planned> {
    let mut planner = Planner {
        rng: Rng::new(seed).fork(1),
        deck: Vec::new(),
        faults,
        pace,
        planned: Vec::new(),
    };
    if faults.is_empty() {
        return planner.planned;
    }
    let middle = planner.single(whole * pace.single_percent / 100);
    planner.mixed(middle, whole);
    planner.planned
}

struct Planner<'a> {
    rng: Rng,
    /// What is left of a shuffled set, so that each fault comes once before any comes twice.
    deck: Vec<Fault>,
    faults: &'a [Fault],
    pace: Pace,
    planned: Vec<Planned>,
}

impl Planner<'_> {
    fn single(&mut self, until: Duration) -> Duration {
        let mut at = WARM_UP;
        while let Some(fault) = self.draw(&[]) {
            let planned = self.planned_at(fault, at);
            if planned.until() > until {
                self.deck.push(fault);
                break;
            }
            at = planned.until() + self.calm();
            self.planned.push(planned);
        }
        at
    }

    fn mixed(&mut self, from: Duration, until: Duration) {
        let mut from = from;
        loop {
            let count = 2 + self.rng.below(2);
            let mut families = Vec::new();
            let mut mix = Vec::new();
            for _ in 0..count {
                let Some(fault) = self.draw(&families) else { break };
                families.push(fault.family());
                let at = from + self.rng.between(Duration::ZERO, MIX_SPREAD);
                mix.push(self.planned_at(fault, at));
            }
            let end = mix.iter().map(Planned::until).max().unwrap_or(until);
            if mix.is_empty() || end > until {
                return;
            }
            self.planned.append(&mut mix);
            from = end + self.calm();
        }
    }

    fn calm(&mut self) -> Duration {
        self.rng.between(self.pace.calm.0, self.pace.calm.1)
    }

    fn planned_at(&mut self, fault: Fault, at: Duration) -> Planned {
        let (least, most) = fault.lasts();
        Planned {
            fault,
            at,
            lasts: self.rng.between(least, most),
            pick: self.rng.next(),
        }
    }

    /// The next fault whose family is not among `taken`.
    fn draw(&mut self, taken: &[Family]) -> Option<Fault> {
        let free = |fault: &Fault| !taken.contains(&fault.family());
        if !self.deck.iter().any(free) {
            let mut fresh = self.faults.to_vec();
            self.rng.shuffle(&mut fresh);
            // Drawn from the end: what was left over comes first.
            fresh.append(&mut self.deck);
            self.deck = fresh;
        }
        let place = self.deck.iter().rposition(free)?;
        Some(self.deck.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Duration = Duration::from_secs(600);

    #[test]
    fn the_same_seed_makes_the_same_plan() {
        assert_eq!(
            plan(7, Fault::ALL, WHOLE, Pace::ORDINARY),
            plan(7, Fault::ALL, WHOLE, Pace::ORDINARY)
        );
        assert_ne!(
            plan(7, Fault::ALL, WHOLE, Pace::ORDINARY),
            plan(8, Fault::ALL, WHOLE, Pace::ORDINARY)
        );
    }

    #[test]
    fn ten_minutes_hold_every_fault_and_end_healed() {
        for seed in 0..50 {
            let planned = plan(seed, Fault::ALL, WHOLE, Pace::ORDINARY);
            for fault in Fault::ALL {
                assert!(planned.iter().any(|one| one.fault == *fault), "{seed}: {fault}");
            }
            assert!(planned.iter().all(|one| one.until() <= WHOLE));
        }
    }

    #[test]
    fn faults_come_singly_first_and_mixed_later() {
        let planned = plan(1, Fault::ALL, WHOLE, Pace::ORDINARY);
        let overlaps = |one: &Planned| {
            let others = planned.iter().filter(|other| *other != one);
            others
                .filter(|other| other.at < one.until() && one.at < other.until())
                .count()
        };
        assert!(
            planned
                .iter()
                .filter(|one| one.until() < WHOLE * 3 / 5)
                .all(|one| overlaps(one) == 0)
        );
        assert!(planned.iter().any(|one| overlaps(one) > 0));
    }

    #[test]
    fn two_faults_of_one_family_never_overlap() {
        for seed in 0..50 {
            let planned = plan(seed, Fault::ALL, WHOLE, Pace::ORDINARY);
            for (place, one) in planned.iter().enumerate() {
                for other in &planned[place + 1..] {
                    let apart = one.until() <= other.at || other.until() <= one.at;
                    assert!(
                        apart || one.fault.family() != other.fault.family(),
                        "{seed}: {one:?} {other:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_run_that_is_too_short_for_a_fault_has_none() {
        assert_eq!(plan(1, Fault::ALL, Duration::from_secs(4), Pace::ORDINARY), []);
        assert_eq!(plan(1, &[], WHOLE, Pace::ORDINARY), []);
    }
}
