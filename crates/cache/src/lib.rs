#![doc = include_str!("../README.md")]

mod breaker;
mod cache;
mod error;
pub mod rate_limit;

pub use cache::{Cache, Settings};
pub use error::Error;
