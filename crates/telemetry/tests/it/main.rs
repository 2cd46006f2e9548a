//! Telemetry as a service sees it: lines written, spans sent, metrics served.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod child;
mod collector;
mod internal;
mod logs;
mod metrics;
mod otlp;
mod process;
mod traces;
