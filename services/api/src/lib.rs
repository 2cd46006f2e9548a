#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod api;
mod app;
mod body;
mod call;
mod idempotency;
mod keys;
mod middleware;
mod prefer;
mod problem;
mod publish;
mod query;
mod routes;
mod state;
mod views;
mod work;

pub mod cli;

pub use api::{Api, StartError};
pub use routes::openapi_json;
