#![doc = include_str!("../README.md")]

pub mod capture;
mod error;
pub mod fields;
mod guard;
mod init;
pub mod internal;
mod log;
pub mod metrics;
mod otlp;
mod panic;
pub mod propagation;
mod settings;

pub use error::Error;
pub use guard::Guard;
pub use init::{init, init_with_writer, scoped};
pub use metrics::Metrics;
pub use settings::Settings;
