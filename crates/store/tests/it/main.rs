//! The store against a real PostgreSQL, one database per test.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod attempts;
mod bookings;
mod cancellations;
mod certificates;
mod dead_letters;
mod idempotency;
mod lists;
mod outage;
mod outbox;
mod purchase;
mod purge;
mod quotes;
mod retry;
mod scaling;
mod scene;
mod schedule;
mod schema;
mod settle;
mod support;
mod support_data;
mod tenants;
mod unsettled;
