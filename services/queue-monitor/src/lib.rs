#![doc = include_str!("../README.md")]

mod actuator;
mod error;
mod fleet;
mod look;
mod monitor;
mod program;
mod sample;
mod watcher;

pub use error::StartError;
pub use monitor::Monitor;
pub use program::program;
pub use sample::{Sample, Workers};
