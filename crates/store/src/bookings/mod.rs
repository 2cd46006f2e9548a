//! Bookings: the purchase of a quote, at most once.

mod accept;
mod conclude;
mod read;
mod work;

pub use accept::NewBooking;
