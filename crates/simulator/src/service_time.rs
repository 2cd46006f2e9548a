//! The mean time of jobs that ended lately, as workers tell it.

use crate::time::{float, seconds};

/// How much the latest job counts: about the last fifty decide.
const RECENT: f64 = 0.02;

/// A moving mean. In seconds.
#[derive(Debug, Default)]
pub(crate) struct ServiceTime {
    mean: Option<f64>,
    count: u64,
}

impl ServiceTime {
    pub(crate) fn note(&mut self, ms: u64) {
        let took = seconds(ms);
        self.count += 1;
        // The first fifty count alike.
        let weight = RECENT.max(1.0 / float(self.count));
        let mean = self.mean.unwrap_or(took);
        self.mean = Some((took - mean).mul_add(weight, mean));
    }

    pub(crate) fn mean_ms(&self) -> Option<f64> {
        self.mean.map(|mean| mean * 1_000.0)
    }
}
