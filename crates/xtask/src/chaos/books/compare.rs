//! Where the books disagree.

use std::collections::{BTreeMap, BTreeSet};

use super::{Books, Count, Finding, Unfinished};
use crate::chaos::journal::{End, Op, Told};

/// Everything that must never be found.
pub(crate) fn compare(books: &Books, unfinished: &[Unfinished]) -> Vec<Finding> {
    let mut found = Found::default();
    for one in unfinished {
        found.add(
            Count::JobsLost,
            format!("{} {} is {}", one.what, one.id, one.state),
        );
    }
    found.purchases(books);
    found.cancellations(books);
    for told in &books.told {
        found.told(told, books);
    }
    found.0.sort();
    found.0
}

#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, count: Count, ids: String) {
        self.0.push(Finding { count, ids });
    }

    fn purchases(&mut self, books: &Books) {
        let by_token: BTreeMap<_, _> = books
            .record
            .bookings
            .iter()
            .map(|(id, booking)| (booking.token.as_str(), (id, booking)))
            .collect();
        for (token, certificates) in &books.ledger.tokens {
            let booking = by_token.get(token.as_str());
            let name = booking.map_or("no booking", |(id, _)| id.as_str());
            if certificates.len() > 1 {
                let all = certificates.join(", ");
                self.add(
                    Count::DoublePurchases,
                    format!("booking {name}: certificates {all}"),
                );
            }
            for certificate in certificates {
                let known = booking.is_some_and(|(_, booking)| {
                    booking.status == "outcome_unknown" || booking.certificate.as_ref() == Some(certificate)
                });
                if !known {
                    let status = booking.map_or("unknown", |(_, booking)| booking.status.as_str());
                    self.add(
                        Count::ForgottenPurchases,
                        format!("certificate {certificate}: booking {name} is {status}"),
                    );
                }
            }
        }
    }

    fn cancellations(&mut self, books: &Books) {
        let mut recorded = BTreeSet::new();
        for cancellation in &books.record.cancellations {
            if cancellation.status == "done" {
                recorded.insert(cancellation.certificate.as_str());
            }
        }
        for certificate in &recorded {
            if !books.ledger.cancelled.contains(*certificate) {
                self.add(
                    Count::CancelledInForce,
                    format!("certificate {certificate} (record)"),
                );
            }
        }
        for certificate in &books.ledger.cancelled {
            if !recorded.contains(certificate.as_str()) {
                self.add(
                    Count::ForgottenCancellations,
                    format!("certificate {certificate}"),
                );
            }
        }
    }

    fn told(&mut self, told: &Told, books: &Books) {
        let ids = || {
            let id = told.id.as_deref().unwrap_or("without id");
            let code = told.code.as_deref().unwrap_or("no code");
            let (op, end) = (told.op.name(), told.end.name());
            format!(
                "order {}: {op} {id} told {end} ({code}) after {} tries",
                told.order, told.tries
            )
        };
        if matches!(told.end, End::NoAnswer | End::Accepted) {
            self.add(Count::NoAnswer, ids());
        }
        let certificate = told.certificate.as_deref().unwrap_or_default();
        let is_told = !certificate.is_empty();
        if is_told && told.op == Op::Booking && !is_issued(certificate, books) {
            self.add(
                Count::MadeUpCertificates,
                format!("{}: certificate {certificate}", ids()),
            );
        }
        let is_cancelled = told.op == Op::Cancellation && told.end == End::Done;
        if is_cancelled && !books.ledger.cancelled.contains(certificate) {
            self.add(
                Count::CancelledInForce,
                format!("{}: certificate {certificate}", ids()),
            );
        }
        if let Some(recorded) = disagreement(told, books) {
            self.add(
                Count::ToldOtherwise,
                format!("{}, and the record says {recorded}", ids()),
            );
        }
    }
}

/// What the record says, where that is not what was told. Later changes that follow from what was told, such
/// as the cancelling of what was bought, agree with it; so does a later request that buys what an earlier one
/// could not, and a certificate of which a worker heard after it was called unknown.
fn disagreement(told: &Told, books: &Books) -> Option<String> {
    let says_nothing = told.op == Op::Cancellation || matches!(told.end, End::NoAnswer | End::Refused);
    if says_nothing || is_overtaken(told, books) {
        return None;
    }
    let id = told.id.as_deref()?;
    let (status, certificate) = match told.op {
        Op::Booking => {
            let booking = books.record.bookings.get(id);
            (
                booking.map(|booking| booking.status.as_str()),
                booking.and_then(|booking| booking.certificate.as_ref()),
            )
        }
        _ => (books.record.quotes.get(id).map(String::as_str), None),
    };
    let Some(status) = status else {
        return Some("nothing of it".to_owned());
    };
    let agrees = match (told.op, told.end) {
        (_, End::Accepted) => true,
        (Op::Quote, End::Done) => matches!(status, "active" | "booked" | "expired"),
        (Op::Booking, End::Done) => {
            matches!(status, "active" | "cancelled") && certificate == told.certificate.as_ref()
        }
        (Op::Quote, End::Declined) => status == "declined",
        (_, End::Declined | End::Failed) => status == "failed",
        (_, End::Unknown) => {
            status == "outcome_unknown" || certificate.is_some_and(|late| is_issued(late, books))
        }
        _ => true,
    };
    (!agrees).then(|| status.to_owned())
}

fn is_issued(certificate: &str, books: &Books) -> bool {
    books.ledger.certificates().any(|issued| issued == certificate)
}

/// Whether a purchase that failed was tried anew by a later request with another key.
fn is_overtaken(told: &Told, books: &Books) -> bool {
    let failed = matches!(told.end, End::Declined | End::Failed);
    failed
        && books.told.iter().any(|later| {
            let took_effect = matches!(later.end, End::Done | End::Unknown | End::Declined | End::Failed);
            (later.op, &later.id) == (told.op, &told.id) && later.ended > told.ended && took_effect
        })
}

#[cfg(test)]
mod tests;
