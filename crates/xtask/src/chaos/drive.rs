//! Carries out the plan of faults.

use std::time::Duration;

use super::faults::Fault;
use super::journal::Journal;
use super::plan::Planned;
use super::stack::Stack;
use crate::progress;

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

/// A step of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Inject,
    Heal,
}

/// Injects and heals at the planned times, and returns when everything is healed. A step that takes long, such as the
/// recovery of a database, delays those after it.
pub(crate) async fn drive(stack: &Stack, plan: &[Planned], journal: &Journal) -> anyhow::Result<Vec<Strike>> {
    let mut strikes: Vec<Option<Strike>> = vec![None; plan.len()];
    for (at, step, place) in steps(plan) {
        tokio::time::sleep_until(journal.start() + at).await;
        let (Some(planned), Some(strike)) = (plan.get(place), strikes.get_mut(place)) else {
            continue;
        };
        match step {
            Step::Inject => {
                let injected = journal.now();
                tell(injected, planned.fault, "begins");
                planned.fault.inject(stack, planned.pick).await?;
                *strike = Some(Strike {
                    fault: planned.fault,
                    injected,
                    healed: injected,
                    struck: true,
                });
            }
            Step::Heal => {
                let struck = planned.fault.heal(stack, planned.pick).await?;
                let healed = journal.now();
                tell(
                    healed,
                    planned.fault,
                    if struck { "healed" } else { "was not reached" },
                );
                if let Some(strike) = strike {
                    strike.healed = healed;
                    strike.struck = struck;
                }
            }
        }
    }
    Ok(strikes.into_iter().flatten().collect())
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
    use crate::chaos::plan::plan;

    #[test]
    fn every_fault_is_healed_after_it_began() {
        let plan = plan(3, Fault::ALL, Duration::from_secs(300));
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
