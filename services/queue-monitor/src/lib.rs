#![doc = include_str!("../README.md")]

mod error;
mod eyes;
mod hands;
mod label;
mod leading;
mod monitor;
mod sample;
mod seat;
mod service;
mod settings;
mod tell;
mod watcher;

pub use error::StartError;
pub use monitor::Monitor;
pub use sample::{Sample, Workers};
