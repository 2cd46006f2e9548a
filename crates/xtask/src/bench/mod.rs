//! Load on a running stack, and what it shows.

mod client;
mod load;
mod memory;
pub(crate) mod quotes;
mod report;
mod target;
