//! Maltreats the service and compares three books: what clients were told, what PostgreSQL says, and what
//! the insurer's ledger says.

mod books;
mod client;
mod deaths;
mod drive;
mod faults;
mod http;
mod journal;
mod load;
mod plan;
mod recovery;
mod report;
mod rng;
mod scenarios;
mod short;
mod stack;

pub(crate) use faults::Fault;
pub(crate) use plan::Pace;
pub(crate) use report::Report;
pub(crate) use scenarios::{Random, contested, lost_answers, random, rolling_restart};
pub(crate) use short::{short_contested, short_lost_answers, short_random, short_rolling_restart};
pub(crate) use stack::Size;
