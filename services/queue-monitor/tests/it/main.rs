//! The queue monitor as a program, against a real Redis and real worker processes.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod commands;
mod config;
mod fleet;
mod lead;
mod outage;
mod scaling;
mod shutdown;
mod stand;
mod tell;
mod work;
mod worker;
