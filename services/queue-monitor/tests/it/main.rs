//! The queue monitor as a program, against a real Redis and real worker processes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod config;
mod fleet;
mod outage;
mod scaling;
mod shutdown;
mod stand;
mod tell;
mod work;
mod worker;
