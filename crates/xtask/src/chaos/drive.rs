//! Carries out the plan of faults.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context as _;
use tokio::time::{Instant, sleep, sleep_until};

use super::faults::Fault;
use super::journal::Journal;
use super::plan::Planned;
use super::stack::Stack;
use crate::progress;

/// How much longer than planned a crash point waits for a worker to come by.
const LATE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// One fault that was injected and healed.
#[derive(Clone, Debug)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    /// From the start of the load, as measured.
    pub(crate) injected: Duration,
    pub(crate) healed: Duration,
    /// False when a crash point was not reached.
    pub(crate) struck: bool,
}

impl Strike {
    /// Whether it was active at some time of those.
    pub(crate) fn meets(&self, from: Duration, to: Duration) -> bool {
        self.injected <= to && from <= self.healed
    }

    /// What it was, and when.
    pub(crate) fn words(&self) -> String {
        let (from, to) = (self.injected.as_secs_f64(), self.healed.as_secs_f64());
        format!("{} from {from:.1} s to {to:.1} s", self.fault)
    }
}

/// A step of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Inject,
    Heal,
}

/// Injects and heals at the planned times, and returns when everything is healed. A step that takes long, such as the
/// recovery of a database, delays those after it: the faults, and the pauses between them, are as long as planned.
pub(crate) async fn drive(stack: &Stack, plan: &[Planned], journal: &Journal) -> anyhow::Result<Vec<Strike>> {
    let mut driver = Driver {
        stack,
        plan,
        journal,
        active: BTreeMap::new(),
        late: BTreeSet::new(),
        strikes: Vec::new(),
        delay: Duration::ZERO,
    };
    for (at, step, place) in steps(plan) {
        if step == Step::Inject {
            driver.before_another().await?;
        }
        sleep_until(journal.start() + at + driver.delay).await;
        match step {
            Step::Inject => driver.inject(place).await?,
            Step::Heal => driver.heal_if_struck(place).await?,
        }
    }
    driver.wait_for_late().await?;
    Ok(driver.strikes)
}

/// Faults are named by their places in the plan.
struct Driver<'a> {
    stack: &'a Stack,
    plan: &'a [Planned],
    journal: &'a Journal,
    /// Those that are injected and not healed, with the time since when.
    active: BTreeMap<usize, Duration>,
    /// Those of them that should be over and have not struck yet.
    late: BTreeSet<usize>,
    strikes: Vec<Strike>,
    /// How far behind the plan it is.
    delay: Duration,
}

impl Driver<'_> {
    /// Waits for what is late, unless another fault is active: that may be what keeps it from being reached, and is
    /// healed by a later step.
    async fn before_another(&mut self) -> anyhow::Result<()> {
        if self.active.len() == self.late.len() {
            self.wait_for_late().await?;
        }
        Ok(())
    }

    async fn inject(&mut self, place: usize) -> anyhow::Result<()> {
        let planned = self.planned(place)?;
        let injected = self.journal.now();
        tell(injected, planned.fault, "begins");
        planned.fault.inject(self.stack, planned.pick).await?;
        self.active.insert(place, injected);
        Ok(())
    }

    async fn heal_if_struck(&mut self, place: usize) -> anyhow::Result<()> {
        let planned = self.planned(place)?;
        if planned.fault.has_struck(self.stack, planned.pick).await? {
            return self.heal(place).await;
        }
        self.late.insert(place);
        Ok(())
    }

    async fn wait_for_late(&mut self) -> anyhow::Result<()> {
        while let Some(place) = self.late.pop_first() {
            let planned = self.planned(place)?;
            let deadline = Instant::now() + LATE;
            while !planned.fault.has_struck(self.stack, planned.pick).await? && Instant::now() < deadline {
                sleep(LOOK_EVERY).await;
            }
            self.heal(place).await?;
        }
        Ok(())
    }

    async fn heal(&mut self, place: usize) -> anyhow::Result<()> {
        let planned = self.planned(place)?;
        let struck = planned.fault.heal(self.stack, planned.pick).await?;
        let healed = self.journal.now();
        self.delay = healed.saturating_sub(planned.until()).max(self.delay);
        let what = if struck { "healed" } else { "was not reached" };
        tell(healed, planned.fault, what);
        let injected = self.active.remove(&place);
        self.strikes.push(Strike {
            fault: planned.fault,
            injected: injected.context("a fault was healed that was not injected")?,
            healed,
            struck,
        });
        Ok(())
    }

    fn planned(&self, place: usize) -> anyhow::Result<Planned> {
        self.plan.get(place).cloned().context("no such fault in the plan")
    }
}

fn tell(at: Duration, fault: Fault, what: &str) {
    progress::say(format!("{:>6.1} s  {fault} {what}", at.as_secs_f64()));
}

/// All steps in the order of time.
fn steps(plan: &[Planned]) -> Vec<(Duration, Step, usize)> {
    let mut steps: Vec<_> = plan
        .iter()
        .enumerate()
        .flat_map(|(place, planned)| {
            [
                (planned.at, Step::Inject, place),
                (planned.until(), Step::Heal, place),
            ]
        })
        .collect();
    steps.sort_unstable();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::plan::{Pace, plan};

    #[test]
    fn every_fault_is_healed_after_it_began() {
        let plan = plan(3, Fault::ALL, Duration::from_secs(300), Pace::ORDINARY);
        let steps = steps(&plan);
        assert_eq!(steps.len(), 2 * plan.len());
        assert!(steps.is_sorted_by_key(|(at, ..)| *at));
        for place in 0..plan.len() {
            let own: Vec<_> = steps
                .iter()
                .filter(|step| step.2 == place)
                .map(|step| step.1)
                .collect();
            assert_eq!(own, [Step::Inject, Step::Heal]);
        }
    }
}
