//! Tests of the repositories against a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by panicking what went wrong"
)]

mod attempts;
mod purchase;
mod settle;
mod support;
mod unsettled;
