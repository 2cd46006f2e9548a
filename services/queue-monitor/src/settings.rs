//! What the parts are told, from the configuration.

use std::time::Duration;

use loadsure_config::{MonitorConfig, ScalingRule};
use loadsure_core::scaling::{
    Configured, Guards, Limits, Mode, Policy, Predictive, Rule, Steering, Threshold,
};

use crate::hands::Hands;

/// Name of this service among the connections of the database.
pub(crate) const SERVICE: &str = "loadsure-queue-monitor";

/// The part of the time between SIGTERM and the kill in which workers may drain. The rest is for what comes after.
pub(crate) fn drain_time(grace: Duration) -> Duration {
    grace / 10 * 9
}

/// What holds where operations asked for nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) configured: Configured,
    rule: Rule,
    guards: Guards,
    /// Without anybody who acts, whatever mode is asked for is that of an observer.
    can_act: bool,
}

impl Rules {
    pub(crate) fn new(config: &MonitorConfig, hands: &Hands) -> Self {
        Self {
            configured: Configured {
                limits: Limits::new(config.min_workers, config.max_workers),
                mode: config.mode,
                ceiling: config.max_workers.get(),
            },
            rule: rule(config.rule),
            guards: hands.guards(),
            can_act: hands.can_act(),
        }
    }

    /// The policy in force.
    pub(crate) fn policy(&self, steering: &Steering) -> Policy {
        Policy {
            pin: steering.pin(&self.configured),
            guards: self.guards,
            ..Policy::new(steering.limits(&self.configured), self.rule)
        }
    }

    /// The mode in force.
    pub(crate) fn mode(&self, steering: &Steering) -> Mode {
        if self.can_act {
            steering.mode(&self.configured)
        } else {
            Mode::Observe
        }
    }
}

fn rule(rule: ScalingRule) -> Rule {
    match rule {
        ScalingRule::Predictive { target_wait } => Rule::Predictive(Predictive {
            target_wait_ms: u64::try_from(target_wait.as_millis()).unwrap_or(u64::MAX),
            ..Predictive::default()
        }),
        ScalingRule::Threshold { up_above, down_below } => {
            Rule::Threshold(Threshold { up_above, down_below })
        }
    }
}
