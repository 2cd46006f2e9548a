#![doc = include_str!("../README.md")]

mod crash_point;
mod database;
mod error;
mod handler;
mod observer;
mod pace;
mod protection;
mod rates;
mod service;
mod settings;
mod tally;
mod tasks;
mod waits;
mod worker;

pub use error::StartError;
pub use worker::Worker;
