#![doc = include_str!("../README.md")]

mod actuator;
mod error;
mod fleet;
mod look;
mod monitor;
mod sample;
mod service;
mod watcher;

pub use error::StartError;
pub use monitor::Monitor;
pub use sample::{Sample, Workers};
