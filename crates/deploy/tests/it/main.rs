//! Deployments against the stand-in of the platform, with a real database.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod plan;
mod promote;
mod sequence;
mod spec;
mod support;
mod workflow;
