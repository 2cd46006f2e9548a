//! The short forms of everything that can be played: they are part of `test`.

use std::time::Duration;

use super::faults::Fault;
use super::plan::Pace;
use super::report::Report;
use super::scenarios::{Random, contested, lost_answers, random, rolling_restart};
use super::stack::Size;

/// The plan of this seed holds each of the faults; a test keeps it so.
const SEED: u64 = 1_623;
/// How long faults are injected; with start and end about a minute and a quarter in all.
const LASTS: Duration = Duration::from_secs(50);
/// Bookings of which one in five loses its answer, and quotes that are contested.
const ORDERS: u64 = 40;
const QUOTES: u64 = 10;
const PER_SECOND: u32 = 4;

/// Random faults: one of each kind that the books depend on most.
pub(crate) async fn short_random() -> anyhow::Result<Report> {
    random(Random {
        seed: SEED,
        lasts: LASTS,
        faults: Fault::TELLING.to_vec(),
        pace: Pace::DENSE,
        size: size(true),
        per_second: PER_SECOND,
    })
    .await
}

/// The three stories are played with the programs that the random faults were played on: some forty seconds in all.
pub(crate) async fn short_lost_answers() -> anyhow::Result<Report> {
    lost_answers(SEED, size(false), ORDERS).await
}

pub(crate) async fn short_contested() -> anyhow::Result<Report> {
    contested(SEED, size(false), QUOTES).await
}

pub(crate) async fn short_rolling_restart() -> anyhow::Result<Report> {
    rolling_restart(SEED, size(false), PER_SECOND).await
}

fn size(build: bool) -> Size {
    Size {
        apis: 2,
        workers: 2,
        build,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::plan::plan;

    #[test]
    fn the_short_run_holds_every_telling_fault() {
        let plan = plan(SEED, Fault::TELLING, LASTS, Pace::DENSE);
        let missing: Vec<_> = Fault::TELLING
            .iter()
            .filter(|fault| plan.iter().all(|planned| planned.fault != **fault))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
