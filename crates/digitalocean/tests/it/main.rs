//! The client over real HTTP against the stand-in of the platform.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod build;
mod contract;
mod failures;
mod follow;
mod scale;
mod secrets;
mod specs;
mod stand_down;
mod stand_in;
mod support;
