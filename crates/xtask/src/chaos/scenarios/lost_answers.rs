//! One purchase in five is made and its answer lost. Nothing is bought twice, and each lost answer is one
//! unknown outcome, which is settled by command.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::settle::settle;
use super::{bad_exits, books, clients, under_load, under_supervision};
use crate::chaos::books::{Books, Count, Finding, compare};
use crate::chaos::client::Patience;
use crate::chaos::load::{Load, Shape};
use crate::chaos::report::Report;
use crate::chaos::stack::{Size, Stack};

/// Orders that begin in a second.
const PER_SECOND: u32 = 10;
/// A client sends an order up to four times again, also when it is told that its outcome is unknown.
const PATIENCE: Patience = Patience {
    tries: 5,
    time: Duration::from_secs(60),
    insists: true,
};

/// Plays it, and tells what it has shown.
pub(crate) async fn lost_answers(seed: u64, size: Size, orders: u64) -> anyhow::Result<Report> {
    let load = Load {
        seed,
        per_second: PER_SECOND,
        orders: Some(orders),
        patience: PATIENCE,
        shape: Shape::Booked,
    };
    let stack = Stack::start(size).await?;
    let rule = json!({"operation": "purchaseQuote", "kind": "reset_after", "probability": 0.2});
    stack
        .sandbox
        .faults(&json!({"seed": seed, "rules": [rule]}))
        .await?;
    let clients = clients(&stack);
    under_load(&stack, &clients, &load, async { Ok(()) }).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let mut findings = compare(&books, &unfinished);
    findings.extend(unmatched(&books));
    findings.extend(too_little(&books, orders));
    stack.sandbox.no_faults().await?;
    let settled = under_supervision(&stack, settle(&stack, &books)).await?;
    findings.extend(settled);
    let surprises = stack.fleet.surprises();
    findings.extend(bad_exits(surprises, stack.stop().await?));
    Ok(Report {
        title: format!(
            "{} bookings, {} purchases sent, {} answers lost after the purchase, seed {seed}",
            books.record.bookings.len(),
            books.ledger.attempts,
            books.ledger.lost.len()
        ),
        answers: clients.answers(),
        held: books.held(),
        told: books.told,
        strikes: Vec::new(),
        skipped: Vec::new(),
        deaths: Vec::new(),
        findings,
    })
}

/// Without all bookings, or without a lost answer, nothing was shown.
fn too_little(books: &Books, orders: u64) -> impl Iterator<Item = Finding> {
    let bookings = Finding::too_little("bookings", orders, books.record.bookings.len());
    let lost = Finding::too_little("lost answers", 1, books.ledger.lost.len());
    bookings.into_iter().chain(lost)
}

/// Lost answers and unknown outcomes that do not belong to one another, one to one.
fn unmatched(books: &Books) -> Vec<Finding> {
    let bookings = books.record.bookings.iter();
    let unknown = bookings.filter(|(_, booking)| booking.status == "outcome_unknown");
    let unknown: BTreeMap<_, _> = unknown
        .map(|(id, booking)| (booking.token.as_str(), id.as_str()))
        .collect();
    let lost: BTreeSet<_> = books.ledger.lost.iter().map(String::as_str).collect();
    let mut findings = Vec::new();
    for (token, booking) in &unknown {
        if !lost.contains(token) {
            findings.push(Finding {
                count: Count::ToldOtherwise,
                ids: format!("booking {booking} is outcome_unknown, and no answer was lost"),
            });
        }
    }
    let hidden = lost.iter().filter(|token| !unknown.contains_key(*token)).count() + books.ledger.lost.len()
        - lost.len();
    if hidden > 0 {
        findings.push(Finding {
            count: Count::ForgottenPurchases,
            ids: format!("{hidden} lost answers are not visible as an unknown outcome"),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_bookings_or_without_a_lost_answer_shows_nothing() {
        let nothing = Books::default();
        assert_eq!(too_little(&nothing, 200).count(), 2);
        let mut books = Books::default();
        books.ledger.lost.push("token".into());
        assert_eq!(too_little(&books, 0).count(), 0);
    }
}
