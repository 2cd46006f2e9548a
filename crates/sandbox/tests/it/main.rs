//! The sandbox over real HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

mod binary;
mod cancellation;
mod certificate;
mod control;
mod duplicates;
mod faults;
mod journal;
mod lifecycle;
mod purchase;
mod quote;
mod reference;
mod refused_quote;
mod resets;
mod support;
