//! Domain of the Loadsure service: what a quote, a booking and a certificate are, and what may happen to them.
//!
//! This crate does no I/O and knows no runtime. The outside is reached through the traits of [`ports`];
//! the adapters (`store`, `queue`, `insurer`) implement them and depend on this crate, never the reverse.

pub mod id;
pub mod job;
