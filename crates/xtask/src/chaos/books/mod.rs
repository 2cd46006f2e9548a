//! Three books that must agree: what clients were told, what PostgreSQL says, what the insurer's ledger says.

mod compare;
mod finding;
mod ledger;
mod quiet;
mod record;

pub(crate) use compare::compare;
pub(crate) use finding::{Count, Finding};
pub(crate) use ledger::Ledger;
pub(crate) use quiet::{Unfinished, until_quiet};
pub(crate) use record::{DeadJob, Record};

use super::journal::Told;

/// The three books.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) told: Vec<Told>,
    pub(crate) record: Record,
    pub(crate) ledger: Ledger,
}

/// Purchases that wait for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Bookings in `outcome_unknown`.
    pub(crate) unknown: usize,
    /// Those of them that the insurer did sell.
    pub(crate) bought: usize,
}

impl Books {
    pub(crate) fn held(&self) -> Held {
        let bookings = self.record.bookings.values();
        let unknown: Vec<_> = bookings
            .filter(|booking| booking.status == "outcome_unknown")
            .collect();
        let issued = |token| {
            self.ledger
                .tokens
                .get(token)
                .is_some_and(|issued| !issued.is_empty())
        };
        Held {
            unknown: unknown.len(),
            bought: unknown.iter().filter(|booking| issued(&booking.token)).count(),
        }
    }
}
