//! The API over real HTTP, with PostgreSQL, Redis, a worker and the sandbox insurer.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by panicking what went wrong"
)]

mod auth;
mod back_pressure;
mod bookings;
mod cancel;
mod certificates;
mod dead_letters;
mod failures;
mod forms;
mod headers;
mod health;
mod idempotency;
mod input;
mod lifecycle;
mod lists;
mod openapi;
mod privacy;
mod program;
mod quotes;
mod rate_limit;
mod scaling;
mod schema;
mod support;
mod support_data;
mod unknown_outcomes;
mod waiting;
