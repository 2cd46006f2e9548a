//! KEDA's scaler for Redis Streams by lag, under the Horizontal Pod Autoscaler.
//!
//! Desired = ⌈lag / target⌉ for a metric of type `AverageValue`; no change within the tolerance; the greatest wish of the
//! last five minutes when scaling in; as fast as wanted when scaling out. From the documentation of KEDA's
//! `lagCount` (default target 10 here, as its `pendingEntriesCount` and most examples have) and of
//! `horizontal-pod-autoscaler` (tolerance 0.1, sync 15 s, stabilisation window 300 s).

use std::collections::VecDeque;

use super::{MAX, MIN};
use crate::sight::Scene;
use crate::time::{MINUTE, float};

const TARGET: u64 = 10;
const TOLERANCE: f64 = 0.1;
const WINDOW: u64 = 5 * MINUTE;

/// The wishes of the last five minutes.
#[derive(Debug, Default)]
pub(crate) struct Keda {
    wishes: VecDeque<(u64, u32)>,
}

impl Keda {
    pub(super) fn look(&mut self, scene: &Scene) -> Option<u32> {
        // Without a metric the autoscaler holds. A lag that is missing reads as nothing (S1).
        let lag = scene.sight?.unread.unwrap_or(0);
        let wish = wish(lag, scene.wanted);
        self.wishes.push_back((scene.now, wish));
        self.wishes.retain(|(at, _)| scene.now - at <= WINDOW);
        let target = if wish < scene.wanted {
            let greatest = self.wishes.iter().map(|(_, wish)| *wish).max();
            greatest.unwrap_or(wish).min(scene.wanted)
        } else {
            wish
        };
        (target != scene.wanted && scene.is_reachable).then_some(target)
    }
}

fn wish(lag: u64, workers: u32) -> u32 {
    let ratio = float(lag) / (float(TARGET) * f64::from(workers));
    if (ratio - 1.0).abs() <= TOLERANCE {
        return workers;
    }
    let wish = u32::try_from(lag.div_ceil(TARGET)).unwrap_or(u32::MAX);
    wish.clamp(MIN.get(), MAX.get())
}
