#![doc = include_str!("../README.md")]

mod answer;
mod client;
mod endpoint;
mod flaw;
mod guard;
mod judge;
mod observer;
mod reasons;
mod retry_after;
mod settings;
mod spellings;
mod transport;
mod upstream;

pub use client::Client;
pub use guard::{Circuit, CircuitPolicy, Guarded, Protection, Throttle, Turn, Watcher};
pub use observer::Observer;
pub use settings::{BuildError, Settings};
