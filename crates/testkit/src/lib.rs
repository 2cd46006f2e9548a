#![doc = include_str!("../README.md")]

mod child;
pub mod clock;
pub mod db;
#[cfg(feature = "digitalocean")]
pub mod digitalocean;
#[cfg(feature = "docker")]
pub mod docker;
#[cfg(feature = "digitalocean")]
mod http;
pub mod paths;
pub mod process;
pub mod proxy;
pub mod redis;
pub mod servers;
pub mod shared;
