#![doc = include_str!("../README.md")]

mod copy;
mod error;
mod instance;
mod labels;
mod service;
mod settings;

pub use error::Error;
pub use instance::Instance;
pub use service::{Service, Step};
pub use settings::{Endpoint, NoEndpoint, Settings};
