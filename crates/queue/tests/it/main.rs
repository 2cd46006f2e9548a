//! Tests against a real Redis server, one private server per test.
#![expect(
    unreachable_pub,
    reason = "a test binary has no public items, and `pub` reads shorter"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by panicking what went wrong"
)]

mod commands;
mod consume;
mod dead_letters;
mod drain;
mod events;
mod eviction;
mod monitor;
mod outage;
mod pauses;
mod poison;
mod presence;
mod reclaim;
mod refusal;
mod renewal;
mod replies;
mod stats;
mod support;
mod tokens;
mod trim;
