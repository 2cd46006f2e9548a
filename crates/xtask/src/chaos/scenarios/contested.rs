//! Many requests for one quote at the same time, over all apis: one purchase.

use super::{bad_exits, books, clients, under_load};
use crate::chaos::books::{Books, Count, Finding, compare};
use crate::chaos::client::Patience;
use crate::chaos::journal::{End, Op};
use crate::chaos::load::{Load, Shape};
use crate::chaos::report::Report;
use crate::chaos::stack::{Size, Stack};

/// Quotes in all, and how many begin in a second.
const QUOTES: u64 = 50;
const PER_SECOND: u32 = 5;

/// Plays it, and tells what it has shown.
pub(crate) async fn contested(seed: u64, size: Size) -> anyhow::Result<Report> {
    let load = Load {
        seed,
        per_second: PER_SECOND,
        orders: Some(QUOTES),
        patience: Patience::LONG,
        shape: Shape::Contested,
    };
    let stack = Stack::start(size).await?;
    let clients = clients(&stack);
    under_load(&stack, &clients, &load, async { Ok(()) }).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let mut findings = compare(&books, &unfinished);
    findings.extend(not_one_each(&books));
    let surprises = stack.fleet.surprises();
    findings.extend(bad_exits(surprises, stack.stop().await?));
    Ok(Report {
        title: format!(
            "{} quotes, {} requests to book them, {} purchases sent, seed {seed}",
            books.record.quotes.len(),
            books.told.iter().filter(|told| told.op == Op::Booking).count(),
            books.ledger.attempts
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

/// Each quote has one booking, one purchase was sent for it, and everyone with the key of the winner is told
/// of it.
fn not_one_each(books: &Books) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (quotes, sent) = (books.record.quotes.len(), books.ledger.attempts);
    if sent != quotes || books.record.bookings.len() != quotes {
        findings.push(Finding {
            count: Count::DoublePurchases,
            ids: format!("{sent} purchases were sent for {quotes} quotes"),
        });
    }
    let others = books.told.iter().filter(|told| {
        let refused = told.end == End::Refused && told.code.as_deref() == Some("quote_already_booked");
        told.end != End::Done && !refused
    });
    findings.extend(others.map(|told| Finding {
        count: Count::ToldOtherwise,
        ids: format!("order {}: {} ({:?})", told.order, told.end.name(), told.code),
    }));
    findings
}
