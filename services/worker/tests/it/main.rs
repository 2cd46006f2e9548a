//! The worker against a real PostgreSQL, a real Redis and the sandbox insurer over the network.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by panicking what went wrong"
)]

mod support;

mod bookings;
mod cancellations;
mod certificates;
mod faults;
mod heartbeats;
mod isolation;
mod outages;
mod process;
mod protection;
mod quotes;
mod rates;
mod reference_data;
mod repeats;
mod schedule;
mod settlements;
mod slots;
