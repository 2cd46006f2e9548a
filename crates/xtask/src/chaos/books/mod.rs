//! Three books that must agree: what clients were told, what PostgreSQL says, what the insurer's ledger says.

mod compare;
mod ledger;
mod quiet;
mod record;

pub(crate) use compare::{Count, Finding, compare};
pub(crate) use ledger::Ledger;
pub(crate) use quiet::{Unfinished, until_quiet};
pub(crate) use record::{DeadJob, Record};

use super::journal::Told;

/// The three books.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    pub(crate) told: Vec<Told>,
    pub(crate) record: Record,
    pub(crate) ledger: Ledger,
}
