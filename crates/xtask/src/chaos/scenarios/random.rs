//! Random faults by a seed, under load.

use std::time::Duration;

use time::OffsetDateTime;

use super::{bad_exits, books, clients, under_load};
use crate::chaos::books::{Count, Finding, compare};
use crate::chaos::client::Patience;
use crate::chaos::deaths::explain;
use crate::chaos::drive::{Strike, drive};
use crate::chaos::faults::Fault;
use crate::chaos::journal::{End, Told};
use crate::chaos::load::{Load, Shape};
use crate::chaos::plan::{Pace, plan};
use crate::chaos::recovery::{Recovery, recovery};
use crate::chaos::report::Report;
use crate::chaos::stack::{Size, Stack};

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    pub(crate) seed: u64,
    /// How long faults are injected.
    pub(crate) lasts: Duration,
    pub(crate) faults: Vec<Fault>,
    pub(crate) pace: Pace,
    pub(crate) size: Size,
    pub(crate) per_second: u32,
}

/// Plays it, and tells what it has shown.
pub(crate) async fn random(random: Random) -> anyhow::Result<Report> {
    let (skipped, faults): (Vec<Fault>, Vec<Fault>) =
        random.faults.iter().partition(|fault| fault.missing().is_some());
    let plan = plan(random.seed, &faults, random.lasts, random.pace);
    let load = Load {
        seed: random.seed,
        per_second: random.per_second,
        orders: None,
        patience: Patience::LONG,
        shape: Shape::Mixed,
    };
    let stack = Stack::start(random.size).await?;
    let (clients, start) = (clients(&stack), OffsetDateTime::now_utc());
    let strikes = under_load(&stack, &clients, &load, drive(&stack, &plan, clients.journal())).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let surprises = stack.fleet.surprises();
    let exits = stack.stop().await?;
    let mut findings = compare(&books, &unfinished);
    findings.extend(bad_exits(surprises, exits));
    findings.extend(not_reached(&strikes));
    findings.extend(needlessly_unknown(&strikes, &books.told));
    findings.extend(not_recovered(&strikes, &books.told));
    Ok(Report {
        title: format!(
            "seed {}, {} s of faults, {} apis, {} workers, {} orders a second",
            random.seed,
            random.lasts.as_secs(),
            random.size.apis,
            random.size.workers,
            random.per_second
        ),
        answers: clients.answers(),
        deaths: explain(&books.record.dead, &strikes, start),
        held: books.held(),
        told: books.told,
        strikes,
        skipped: skipped
            .into_iter()
            .filter_map(|fault| Some((fault.name(), fault.missing()?)))
            .collect(),
        findings,
    })
}

/// Crash points that no worker came to.
fn not_reached(strikes: &[Strike]) -> impl Iterator<Item = Finding> {
    let missed = strikes.iter().filter(|strike| !strike.struck);
    missed.map(|strike| Finding {
        count: Count::NotReached,
        ids: strike.words(),
    })
}

/// Outcomes that were called unknown although no fault was active while the request was under way.
fn needlessly_unknown(strikes: &[Strike], told: &[Told]) -> impl Iterator<Item = Finding> {
    let unknown = told.iter().filter(|told| told.end == End::Unknown);
    let needless = unknown.filter(|told| !strikes.iter().any(|strike| strike.meets(told.begun, told.ended)));
    needless.map(|told| Finding {
        count: Count::NeedlesslyUnknown,
        ids: format!(
            "order {}: {}",
            told.order,
            told.id.as_deref().unwrap_or("without id")
        ),
    })
}

/// Faults after which an operation never succeeded again.
fn not_recovered(strikes: &[Strike], told: &[Told]) -> impl Iterator<Item = Finding> {
    strikes.iter().filter_map(move |strike| {
        let Recovery::Never(op) = recovery(strike, strikes, told) else {
            return None;
        };
        Some(Finding {
            count: Count::NotRecovered,
            ids: format!("{}: no {} succeeded", strike.words(), op.name()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::faults::Point;
    use crate::chaos::journal::Op;

    fn strike(struck: bool) -> Strike {
        Strike {
            fault: Fault::Crash(Point::CommitAck),
            injected: Duration::from_secs(5),
            healed: Duration::from_secs(10),
            struck,
        }
    }

    #[test]
    fn a_crash_point_that_was_not_reached_is_found() {
        assert_eq!(not_reached(&[strike(true)]).count(), 0);
        let found: Vec<_> = not_reached(&[strike(false)]).collect();
        assert_eq!(found[0].count, Count::NotReached);
        assert_eq!(found[0].ids, "crash-commit-ack from 5.0 s to 10.0 s");
    }

    fn told(end: End, begun: u64) -> Told {
        Told {
            order: 0,
            op: Op::Booking,
            end,
            id: None,
            certificate: None,
            code: None,
            tries: 1,
            begun: Duration::from_secs(begun),
            ended: Duration::from_secs(begun + 1),
        }
    }

    #[test]
    fn an_operation_that_never_succeeded_again_is_found() {
        let found = |told: &[Told]| not_recovered(&[strike(true)], told).count();
        assert_eq!(found(&[told(End::Failed, 11)]), 1);
        assert_eq!(found(&[told(End::Failed, 11), told(End::Done, 11)]), 0);
    }

    #[test]
    fn an_unknown_outcome_without_a_fault_is_found() {
        let found = |told: Told| needlessly_unknown(&[strike(true)], &[told]).count();
        assert_eq!(found(told(End::Unknown, 11)), 1);
        assert_eq!(found(told(End::Unknown, 3)), 1);
        assert_eq!(found(told(End::Unknown, 9)), 0);
        assert_eq!(found(told(End::Failed, 11)), 0);
    }
}
