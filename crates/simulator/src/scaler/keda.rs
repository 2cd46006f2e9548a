//! KEDA's scaler for Redis Streams by lag, under the Horizontal Pod Autoscaler.
//!
//! Desired = ⌈lag / target⌉, as for every metric of type `AverageValue`; no change within a tolerance of 0.1; the greatest
//! wish of the last five minutes when scaling in; as fast as wanted when scaling out, which for five workers the default
//! of four in 15 s allows; a look every 15 s. These are the autoscaler's documented defaults. The target is ten jobs a
//! worker, as that of the thresholds here; KEDA has no default for `lagCount`, and its example has five.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sight::Sight;

    fn scene(now: u64, unread: Option<u64>, wanted: u32) -> Scene {
        Scene {
            now,
            sight: Some(Sight {
                unread,
                ..Sight::default()
            }),
            wanted,
            is_deploying: false,
            is_reachable: true,
        }
    }

    #[test]
    fn the_wish_is_the_lag_by_the_target() {
        let expected = [
            (0, 2, 1),
            (21, 2, 2),
            (23, 2, 3),
            (18, 2, 2),
            (9, 2, 1),
            (900, 2, 5),
        ];
        for (lag, workers, expected) in expected {
            assert_eq!(wish(lag, workers), expected, "{lag}");
        }
    }

    #[test]
    fn scaling_in_waits_for_five_minutes() {
        let mut keda = Keda::default();
        assert_eq!(keda.look(&scene(0, Some(40), 2)), Some(4));
        assert_eq!(keda.look(&scene(4 * MINUTE, Some(0), 4)), None);
        assert_eq!(keda.look(&scene(5 * MINUTE + 1, Some(0), 4)), Some(1));
    }

    /// S1: that it takes a missing lag for none is what it is compared for.
    #[test]
    fn a_missing_lag_reads_as_none() {
        assert_eq!(Keda::default().look(&scene(0, None, 4)), Some(1));
        let blind = Scene {
            sight: None,
            ..scene(0, None, 4)
        };
        assert_eq!(Keda::default().look(&blind), None);
    }
}
