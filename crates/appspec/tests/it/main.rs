//! The specs of this repository, and drift in every direction.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod compose;
mod edits;
mod environment;
mod evaluation;
mod live;
mod repository;
mod roles;
mod terraform;
mod tree;
