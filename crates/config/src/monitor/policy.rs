//! How the number of workers is found, and what a decision leads to.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use loadsure_core::scaling::Mode;

use super::MONITOR;
use super::actuator::Actuator;
use crate::{Reader, Var};

pub(super) const POLICY: Var = Var::optional(
    "SCALING_POLICY",
    MONITOR,
    "How the number of workers is found. predictive: by how long jobs will wait once a change has taken effect. \
     threshold: by unfinished jobs per worker.",
)
.or("predictive");

pub(super) const MODE: Var = Var::optional(
    "SCALING_MODE",
    MONITOR,
    "What a decision leads to, until operations ask for another mode. observe: it is recorded. propose: a person \
     confirms it. act: it is carried out.",
)
.or_derived("act with SCALING_ACTUATOR=process or compose, else observe");

pub(super) const TARGET_WAIT_MS: Var = Var::optional(
    "SCALING_TARGET_WAIT_MS",
    MONITOR,
    "Milliseconds that a job should wait at most, for SCALING_POLICY=predictive.",
)
.or("120000");

pub(super) const UP_THRESHOLD: Var = Var::optional(
    "SCALE_UP_THRESHOLD",
    MONITOR,
    "Unfinished jobs per worker above which workers are added, for SCALING_POLICY=threshold.",
)
.or("10");

pub(super) const DOWN_THRESHOLD: Var = Var::optional(
    "SCALE_DOWN_THRESHOLD",
    MONITOR,
    "Unfinished jobs per worker below which workers are removed, for SCALING_POLICY=threshold. Less than \
     SCALE_UP_THRESHOLD.",
)
.or("2");

/// How the number of workers is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalingRule {
    /// By how long jobs will wait once a change has taken effect.
    Predictive {
        /// How long a job should wait at most.
        target_wait: Duration,
    },
    /// By unfinished jobs per worker.
    Threshold {
        /// Above this workers are added.
        up_above: NonZeroU32,
        /// Below this workers are removed.
        down_below: u32,
    },
}

/// The names of the rules.
enum Name {
    Predictive,
    Threshold,
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "predictive" => Ok(Self::Predictive),
            "threshold" => Ok(Self::Threshold),
            _ => Err("must be predictive or threshold"),
        }
    }
}

pub(super) fn read_rule(reader: &mut Reader<'_>) -> Option<ScalingRule> {
    let name = reader.parse(&POLICY);
    let target_wait = reader.millis(&TARGET_WAIT_MS);
    let up_above = reader.nonzero_u32(&UP_THRESHOLD);
    let down_below = reader.u32(&DOWN_THRESHOLD);
    let (up_above, down_below) = (up_above?, down_below?);
    if down_below >= up_above.get() {
        let reason = format!(
            "{down_below} must be less than SCALE_UP_THRESHOLD ({up_above}), or the number of workers swings for ever"
        );
        reader.reject(&DOWN_THRESHOLD, reason);
    }
    let target_wait = target_wait?;
    Some(match name? {
        Name::Predictive => ScalingRule::Predictive { target_wait },
        Name::Threshold => ScalingRule::Threshold { up_above, down_below },
    })
}

/// The mode that was given; what is usual for `actuator` where none was. Who starts workers on its own machine has
/// nobody else to do it; on a platform each change is a deployment, and a person watches first.
pub(super) fn read_mode(reader: &mut Reader<'_>, actuator: Option<&Actuator>) -> Option<Mode> {
    let given = reader.optional(|r| r.parse(&MODE))?;
    given.or(match actuator? {
        Actuator::Process(_) | Actuator::Compose(_) => Some(Mode::Act),
        Actuator::DryRun | Actuator::DigitalOcean(_) => Some(Mode::Observe),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(env: [(&str, &str); N]) -> Result<ScalingRule, String> {
        let mut reader = Reader::new(&env);
        let rule = read_rule(&mut reader);
        reader.finish(rule).map_err(|errors| errors.to_string())
    }

    #[test]
    fn thresholds_that_swing_are_refused_also_where_they_are_not_used() {
        let error = read([("SCALE_UP_THRESHOLD", "2"), ("SCALE_DOWN_THRESHOLD", "2")]).unwrap_err();
        assert_eq!(
            error,
            "SCALE_DOWN_THRESHOLD: 2 must be less than SCALE_UP_THRESHOLD (2), or the number of workers swings for ever"
        );
    }

    #[test]
    fn waiting_decides_unless_thresholds_are_asked_for() {
        let target_wait = Duration::from_secs(120);
        assert_eq!(read([]), Ok(ScalingRule::Predictive { target_wait }));
        let threshold = read([("SCALING_POLICY", "threshold")]).unwrap();
        assert!(matches!(threshold, ScalingRule::Threshold { down_below: 2, .. }));
        assert!(
            read([("SCALING_POLICY", "keda")])
                .unwrap_err()
                .contains("must be predictive or threshold")
        );
    }
}
