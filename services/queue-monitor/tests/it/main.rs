//! The queue monitor as a program, against a real Redis and real worker processes.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod commands;
mod compose;
mod config;
mod duel;
mod failure_modes;
mod fleet;
mod heir;
mod last_moment;
mod lead;
mod outage;
mod platform;
mod scaling;
mod shutdown;
mod sky;
mod stand;
mod stand_down;
mod tell;
mod work;
mod worker;
