#![doc = include_str!("../README.md")]

mod comments;
mod document;
mod drift;
mod error;
mod live;
mod path;
mod spec;
mod state;
mod terraform;
mod yaml;

pub use drift::Difference;
pub use error::{Error, Result};
pub use hcl::Value;
pub use spec::{Spec, file, render};
