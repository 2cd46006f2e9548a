//! What holds for the configuration as a whole.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod recording;
mod registry;
mod sample;
mod services;
