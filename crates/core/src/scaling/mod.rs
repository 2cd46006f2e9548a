//! How many workers there should be: a pure function of what is seen, shared by the queue monitor and its tests.

mod capacity;
mod command;
mod decision;
mod mode;
mod policy;
mod snapshot;
mod steering;

#[cfg(test)]
mod properties;

pub use capacity::Capacity;
pub use command::{Command, REASON_LENGTH, Refusal};
pub use decision::{Decision, Reason};
pub use mode::{Mode, UnknownMode};
pub use policy::{Limits, Policy, Rule, Threshold};
pub use snapshot::{Backlog, Snapshot, Unseen};
pub use steering::{Configured, Origin, Pause, Steering};

/// Decides. The same snapshot and policy always give the same decision; its target is always within the limits, and
/// below the number of workers that were asked for only where everything is known.
#[must_use]
pub fn decide(snapshot: &Snapshot, policy: &Policy) -> Decision {
    let wanted = policy.limits.clamp(snapshot.wanted);
    let hold = |reason| Decision {
        target: wanted,
        reason,
    };
    if wanted > snapshot.wanted {
        return hold(Reason::BelowMinimum);
    }
    if wanted < snapshot.wanted {
        return hold(Reason::AboveMaximum);
    }
    match snapshot.unfinished() {
        Err(unseen) => hold(Reason::Unknown { unseen }),
        Ok(unfinished) => match policy.rule {
            Rule::Threshold(threshold) => threshold.decide(snapshot, policy.limits, unfinished),
        },
    }
}
