//! The cache over a real Redis.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod cache;
mod outage;
mod rate_limit;
mod server;
