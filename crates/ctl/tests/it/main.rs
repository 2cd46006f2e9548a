//! The command line, run as an operator runs it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod dead;
mod deploy;
mod keys;
mod leader;
mod migrate;
mod purchase;
mod scale;
mod support;
mod unknown;
