//! Each process in turn is told to end and started again, under load.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{bad_exits, books, clients, under_load};
use crate::chaos::books::{Count, Finding, compare};
use crate::chaos::client::{Heard, Patience};
use crate::chaos::http::Broken;
use crate::chaos::journal::{End, Journal, Op, Told};
use crate::chaos::load::{Load, Shape};
use crate::chaos::report::Report;
use crate::chaos::stack::{DRAINED_WITHIN, Exit, Size, Stack};
use crate::progress;

/// Load before the first restart, and between two.
const PAUSE: Duration = Duration::from_secs(2);
/// How long the insurer takes, so that every process has work when it is told to end.
const INSURER_TAKES_MS: u32 = 500;

/// Plays it, and tells what it has shown.
pub(crate) async fn rolling_restart(seed: u64, size: Size, per_second: u32) -> anyhow::Result<Report> {
    let load = Load {
        seed,
        per_second,
        orders: None,
        patience: Patience::LONG,
        shape: Shape::Mixed,
    };
    let stack = Stack::start(size).await?;
    let slow = json!({"operation": "*", "kind": "slow", "ms": INSURER_TAKES_MS, "commits": true});
    stack.sandbox.faults(&json!({"rules": [slow]})).await?;
    let clients = clients(&stack);
    let rolled = under_load(&stack, &clients, &load, roll(&stack, clients.journal())).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let mut findings = compare(&books, &unfinished);
    let surprises = stack.fleet.surprises();
    findings.extend(too_little(stack.fleet.members().len(), &rolled, &books.told));
    findings.extend(not_done(&books.told));
    findings.extend(refusals(&clients.heard(), &rolled));
    let count = rolled.len();
    let mut exits = stack.stop().await?;
    exits.extend(rolled.into_iter().map(|one| one.exit));
    findings.extend(bad_exits(surprises, exits));
    Ok(Report {
        title: format!("rolling restart of {count} processes, seed {seed}, {per_second} orders a second"),
        answers: clients.answers(),
        held: books.held(),
        told: books.told,
        strikes: Vec::new(),
        skipped: Vec::new(),
        deaths: Vec::new(),
        findings,
    })
}

/// One process that was ended and started again.
struct Rolled {
    host: String,
    exit: Exit,
    /// From the signal until it was ready again, counted from the start of the load.
    from: Duration,
    until: Duration,
}

async fn roll(stack: &Stack, journal: &Journal) -> anyhow::Result<Vec<Rolled>> {
    let mut rolled = Vec::new();
    for member in stack.fleet.members() {
        tokio::time::sleep(PAUSE).await;
        let step = progress::step(format!("Restarting {}", member.name));
        let from = journal.now();
        let status = member.roll(DRAINED_WITHIN).await?;
        member.ready().await?;
        step.done(status.map(|status| status.to_string()).unwrap_or_default());
        rolled.extend(status.map(|status| Rolled {
            host: member.host.clone(),
            exit: Exit::new(&member.name, status),
            from,
            until: journal.now(),
        }));
    }
    Ok(rolled)
}

/// Without a restart of every process, and work of every kind, nothing was shown.
fn too_little(members: usize, rolled: &[Rolled], told: &[Told]) -> Vec<Finding> {
    let members = u64::try_from(members).unwrap_or(u64::MAX);
    let mut findings: Vec<_> = Finding::too_little("restarts", members, rolled.len())
        .into_iter()
        .collect();
    for op in Op::ALL {
        let done = told.iter().filter(|told| told.op == op && told.end == End::Done);
        let what = format!("{} requests that ended well", op.name());
        findings.extend(Finding::too_little(&what, 1, done.count()));
    }
    findings
}

/// Without a fault every request must come to its good end; only a second booking of a quote is refused.
fn not_done(told: &[Told]) -> Vec<Finding> {
    let bad = told.iter().filter(|told| {
        let contested = told.op == Op::Booking && told.code.as_deref() == Some("quote_already_booked");
        told.end != End::Done && !contested
    });
    bad.map(|told| Finding {
        count: Count::NoAnswer,
        ids: format!(
            "order {}: {} ended {} ({:?})",
            told.order,
            told.op.name(),
            told.end.name(),
            told.code
        ),
    })
    .collect()
}

/// What clients heard and a balancer would not have kept from them.
fn refusals(heard: &[Heard], rolled: &[Rolled]) -> Vec<Finding> {
    let mut bad: BTreeMap<(Op, String), u64> = BTreeMap::new();
    for heard in heard.iter().filter(|heard| !is_harmless(heard, rolled)) {
        *bad.entry((heard.op, heard.words())).or_default() += 1;
    }
    bad.into_iter()
        .map(|((op, what), count)| Finding {
            count: Count::NoAnswer,
            ids: format!("{count} {} requests were answered with: {what}", op.name()),
        })
        .collect()
}

/// A balancer sends a request to another api when it could not send it at all, or when the api says that it
/// is not there: both only while that api is restarted. The conflicts are those of the load itself, which
/// sends some bookings twice.
fn is_harmless(heard: &Heard, rolled: &[Rolled]) -> bool {
    match &heard.came {
        Ok((200..300, _)) => true,
        Ok((409, code)) => matches!(code.as_str(), "idempotency_in_progress" | "quote_already_booked"),
        Ok((503, _)) | Err(Broken::Refused | Broken::Unsent) => rolled
            .iter()
            .any(|one| one.host == heard.host && heard.sent <= one.until && one.from <= heard.ended),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    fn second(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    fn is_found(came: Result<(u16, &str), Broken>, host: &str, sent: u64) -> bool {
        let rolled = Rolled {
            host: "api-1".into(),
            exit: Exit::new("api-1", ExitStatus::from_raw(0)),
            from: second(5),
            until: second(10),
        };
        let heard = Heard {
            op: Op::Booking,
            host: host.into(),
            came: came.map(|(status, code)| (status, code.into())),
            sent: second(sent),
            ended: second(sent),
        };
        !refusals(&[heard], &[rolled]).is_empty()
    }

    #[test]
    fn an_api_that_is_restarted_may_refuse_what_was_not_sent() {
        for broken in [Broken::Refused, Broken::Unsent] {
            assert!(!is_found(Err(broken), "api-1", 7));
            assert!(is_found(Err(broken), "api-2", 7), "another api");
            assert!(is_found(Err(broken), "api-1", 11), "it runs");
        }
        assert!(!is_found(Ok((503, "queue_unavailable")), "api-1", 7));
        assert!(is_found(Ok((503, "queue_unavailable")), "api-1", 4));
    }

    #[test]
    fn what_may_have_been_done_must_be_answered() {
        for broken in [Broken::Cut, Broken::TimedOut] {
            assert!(is_found(Err(broken), "api-1", 7));
        }
        assert!(is_found(Ok((500, "internal")), "api-1", 7));
        assert!(!is_found(Ok((201, "")), "api-1", 7));
        assert!(!is_found(Ok((409, "quote_already_booked")), "api-1", 7));
        assert!(is_found(Ok((409, "quote_expired")), "api-1", 7));
    }

    #[test]
    fn a_run_without_restarts_and_work_shows_nothing() {
        assert_eq!(too_little(5, &[], &[]).len(), 1 + Op::ALL.len());
    }
}
