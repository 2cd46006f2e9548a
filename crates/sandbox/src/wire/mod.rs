//! Answers that break on the wire.

mod connection;
mod cut;

pub(crate) use connection::Connection;
pub(crate) use cut::{reset, truncated};
