//! The service over real HTTP against a stand-in of the container engine, and against a real one where one is named.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod down;
mod engine;
mod failures;
mod support;
mod up;
