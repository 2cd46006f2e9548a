//! The store against a real PostgreSQL, one database per test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod bookings;
mod cancellations;
mod certificates;
mod idempotency;
mod lists;
mod outage;
mod outbox;
mod quotes;
mod schedule;
mod schema;
mod support;
mod support_data;
mod tenants;
