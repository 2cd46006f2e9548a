//! The client over real HTTP: against the sandbox insurer, and where that cannot misbehave badly enough, against a
//! raw server.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod bodies;
mod build;
mod connections;
mod faults;
mod forms;
mod guard;
mod lifecycle;
mod observer;
mod raw;
mod refusals;
mod secrets;
mod support;
mod throttle;
