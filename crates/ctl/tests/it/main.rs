//! The command line, run as an operator runs it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod keys;
mod migrate;
mod purchase;
mod support;
mod unknown;
