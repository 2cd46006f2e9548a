//! Domain of the Loadsure service: what a quote, a booking and a certificate are, and what may happen to them.
//!
//! This crate does no I/O and knows no runtime. The outside is reached through the traits of [`ports`];
//! the adapters (`store`, `queue`, `insurer`) implement them and depend on this crate, never the reverse.

pub mod address;
pub mod booking;
pub mod cancellation;
pub mod cargo;
pub mod carrier;
pub mod certificate;
pub mod concurrency;
pub mod date;
pub mod error_code;
pub mod fee;
pub mod freight_class;
pub mod id;
pub mod insurer;
pub mod invalid;
pub mod job;
pub mod json;
pub mod money;
pub mod party;
pub mod ports;
pub mod quote;
pub mod quote_request;
pub mod rate;
pub mod reference;
pub mod repeat;
pub mod retry;
pub mod scaling;
pub mod settlement;
pub mod shipment;
pub mod spelling;
pub mod state;
pub mod stop;
pub mod support_data;
pub mod text;
pub mod usecase;
