#![doc = include_str!("../README.md")]

pub mod adapters;
mod arguments;
mod console;
mod end;
mod health;
mod program;
mod serve;
mod service;
mod signals;
#[cfg(test)]
mod tests;

pub use arguments::Command;
pub use program::main;
pub use service::Service;
