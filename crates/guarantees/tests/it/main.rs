//! Tests of what the service promises as a whole: see docs/GUARANTEES.md.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by panicking what went wrong"
)]

mod clocks;
mod contention;
mod document;
mod drain;
mod probes;
mod protocol;
mod services;
mod smoke;
mod stack;
mod zombie;
