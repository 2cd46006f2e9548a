//! The testkit against the real servers and real programs.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod db;
mod postgres;
mod process;
mod proxy;
mod redis;
mod support;
