//! Many requests for one quote at the same time, over all apis: one purchase.

use super::{bad_exits, books, clients, under_load};
use crate::chaos::books::{Books, Count, Finding, compare};
use crate::chaos::client::Patience;
use crate::chaos::journal::{End, Op};
use crate::chaos::load::{CONTENDERS, Load, Shape};
use crate::chaos::report::Report;
use crate::chaos::stack::{Size, Stack};

/// Quotes that begin in a second.
const PER_SECOND: u32 = 5;

/// Plays it, and tells what it has shown.
pub(crate) async fn contested(seed: u64, size: Size, quotes: u64) -> anyhow::Result<Report> {
    let load = Load {
        seed,
        per_second: PER_SECOND,
        orders: Some(quotes),
        patience: Patience::LONG,
        shape: Shape::Contested,
    };
    let stack = Stack::start(size).await?;
    let clients = clients(&stack);
    under_load(&stack, &clients, &load, async { Ok(()) }).await?;
    let (books, unfinished) = books(&stack, &clients).await?;
    let mut findings = compare(&books, &unfinished);
    findings.extend(not_one_each(&books));
    findings.extend(too_little(&books, quotes));
    let surprises = stack.fleet.surprises();
    findings.extend(bad_exits(surprises, stack.stop().await?));
    Ok(Report {
        title: format!(
            "{} quotes, {} requests to book them, {} purchases sent, seed {seed}",
            books.record.quotes.len(),
            requests(&books),
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

fn requests(books: &Books) -> usize {
    books.told.iter().filter(|told| told.op == Op::Booking).count()
}

/// Without all quotes, each asked for by all its contenders, nothing was shown.
fn too_little(books: &Books, quotes: u64) -> impl Iterator<Item = Finding> {
    let contested = Finding::too_little("quotes", quotes, books.record.bookings.len());
    let requests = Finding::too_little("requests to book them", quotes * CONTENDERS, requests(books));
    contested.into_iter().chain(requests)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_its_quotes_shows_nothing() {
        assert_eq!(too_little(&Books::default(), 50).count(), 2);
        assert_eq!(too_little(&Books::default(), 0).count(), 0);
    }
}
