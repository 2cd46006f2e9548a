//! Each process in turn is told to end and started again, under load.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{bad_exits, books, clients, under_load};
use crate::chaos::books::{Count, Finding, compare};
use crate::chaos::client::{Clients, Patience};
use crate::chaos::journal::{End, Op, Told};
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
    let rolled = under_load(&stack, &clients, &load, roll(&stack)).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let mut findings = compare(&books, &unfinished);
    let surprises = stack.fleet.surprises();
    let mut exits = stack.stop().await?;
    let count = rolled.len();
    exits.extend(rolled);
    findings.extend(bad_exits(surprises, exits));
    findings.extend(not_done(&books.told));
    findings.extend(refusals(&clients));
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

async fn roll(stack: &Stack) -> anyhow::Result<Vec<Exit>> {
    let mut exits = Vec::new();
    for member in stack.fleet.members() {
        tokio::time::sleep(PAUSE).await;
        let step = progress::step(format!("Restarting {}", member.name));
        let status = member.roll(DRAINED_WITHIN).await?;
        member.ready().await?;
        step.done(status.map(|status| status.to_string()).unwrap_or_default());
        exits.extend(status.map(|status| Exit::new(&member.name, status)));
    }
    Ok(exits)
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

/// Answers that a balancer would not retry for the client.
fn refusals(clients: &Clients) -> Vec<Finding> {
    let answers: BTreeMap<_, _> = clients.answers();
    let allowed = |what: &str| {
        what.starts_with('2')
            || what.starts_with("503")
            || what == "connection refused"
            || what == "409 idempotency_in_progress"
            || what == "409 quote_already_booked"
    };
    let bad = answers.into_iter().filter(|((_, what), _)| !allowed(what));
    bad.map(|((op, what), count)| Finding {
        count: Count::NoAnswer,
        ids: format!("{count} {} requests were answered with: {what}", op.name()),
    })
    .collect()
}
