//! Bookings: the purchase of a quote, at most once.

mod accept;
mod conclude;
mod keep;
mod read;
mod repeat;
mod settle;
mod unsettled;
mod work;

pub use accept::NewBooking;
pub use settle::NewSettlement;
pub use unsettled::{JournalEntry, Purchase};
