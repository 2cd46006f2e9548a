//! Who decides.

mod blind;
mod guarded;
mod keda;

use std::num::NonZeroU32;

use loadsure_core::scaling::{ChangeResult, Limits, Predictive, Record, Rule, Threshold};

use crate::sight::Scene;
use crate::time::SECOND;
use blind::Blind;
use guarded::Guarded;
use keda::Keda;

/// The fewest and the most workers.
pub(crate) const MIN: NonZeroU32 = NonZeroU32::MIN;
pub(crate) const MAX: NonZeroU32 = MIN.saturating_add(4);

/// Jobs per worker above which the thresholds add one, and below which they remove one: the service's defaults.
const UP_ABOVE: NonZeroU32 = MIN.saturating_add(9);
const DOWN_BELOW: u32 = 2;

/// A way to scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Never.
    Static(u32),
    /// By thresholds of work per worker, with neither gaps nor any idea of deployments.
    Blind,
    /// KEDA's formula for the lag, under the Horizontal Pod Autoscaler with its defaults.
    Keda,
    /// By thresholds, with the service's guards.
    Threshold,
    /// By the predicted wait; workers keep their number of slots.
    Predictive,
    /// By the predicted wait; workers adapt their slots.
    Adaptive,
    /// Never, but workers adapt their slots.
    StaticAdaptive(u32),
}

impl Policy {
    /// Those that are compared.
    pub const COMPARED: [Self; 11] = [
        Self::Blind,
        Self::Keda,
        Self::Threshold,
        Self::Predictive,
        Self::Adaptive,
        Self::Static(1),
        Self::Static(2),
        Self::Static(3),
        Self::Static(4),
        Self::Static(5),
        Self::StaticAdaptive(2),
    ];

    /// The name in tables, arguments and of files.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Static(workers) => format!("static-{workers}"),
            Self::StaticAdaptive(workers) => format!("static-{workers}-adaptive"),
            Self::Blind => "threshold-blind".to_owned(),
            Self::Keda => "keda-hpa".to_owned(),
            Self::Threshold => "threshold".to_owned(),
            Self::Predictive => "predictive-fixed-slots".to_owned(),
            Self::Adaptive => "predictive".to_owned(),
        }
    }

    /// The policy of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::COMPARED.into_iter().find(|policy| policy.name() == name)
    }

    /// Whether workers adapt their slots.
    pub(crate) const fn adapts(self) -> bool {
        matches!(self, Self::Adaptive | Self::StaticAdaptive(_))
    }

    /// Workers at the beginning.
    pub(crate) const fn initial(self) -> u32 {
        match self {
            Self::Static(workers) | Self::StaticAdaptive(workers) => workers,
            _ => 2,
        }
    }

    pub(crate) fn scaler(self) -> Scaler {
        let limits = Limits::new(MIN, MAX);
        let guarded = |rule| Scaler::Guarded(Box::new(Guarded::new(limits, rule)));
        match self {
            Self::Static(_) | Self::StaticAdaptive(_) => Scaler::Static,
            Self::Blind => Scaler::Blind(Blind::new(self.initial())),
            Self::Keda => Scaler::Keda(Keda::default()),
            Self::Threshold => guarded(Rule::Threshold(Threshold {
                up_above: UP_ABOVE,
                down_below: DOWN_BELOW,
            })),
            Self::Predictive | Self::Adaptive => guarded(Rule::Predictive(Predictive::default())),
        }
    }
}

/// A policy at work.
#[derive(Debug)]
pub(crate) enum Scaler {
    Static,
    Blind(Blind),
    Keda(Keda),
    Guarded(Box<Guarded>),
}

impl Scaler {
    /// Milliseconds between two looks.
    pub(crate) const fn every(&self) -> u64 {
        match self {
            Self::Keda(_) => 15 * SECOND,
            _ => 10 * SECOND,
        }
    }

    /// The number of workers to ask for, if another than what was asked for last; and the record of the decision.
    pub(crate) fn look(&mut self, scene: &Scene) -> (Option<u32>, Option<Record>) {
        match self {
            Self::Static => (None, None),
            Self::Blind(blind) => (blind.look(scene), None),
            Self::Keda(keda) => (keda.look(scene), None),
            Self::Guarded(guarded) => guarded.look(scene),
        }
    }

    /// A change that was asked for has begun.
    pub(crate) fn begun(&mut self, id: u64, now: u64, from: u32, to: u32) {
        if let Self::Guarded(guarded) = self {
            guarded.begun(id, now, (from, to));
        }
    }

    /// A change has ended.
    pub(crate) fn ended(&mut self, id: u64, now: u64, result: ChangeResult) {
        if let Self::Guarded(guarded) = self {
            guarded.ended(id, now, result);
        }
    }
}
