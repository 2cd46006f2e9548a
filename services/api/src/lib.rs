#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod api;
mod app;
mod back_pressure;
mod body;
mod call;
mod idempotency;
mod keys;
mod middleware;
mod openapi;
mod prefer;
mod problem;
mod publish;
mod query;
mod routes;
mod schema;
mod service;
mod state;
mod support_data;
mod views;
mod wait;
mod work;

pub use api::{Api, StartError};
pub use openapi::openapi_json;
