//! The command line, run as an operator runs it.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod keys;
mod migrate;
mod support;
