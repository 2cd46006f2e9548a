//! What every request passes, from the outside in: [`observe()`], [`cors()`], [`harden()`], and under `/api` [`admit()`].

mod admit;
mod cors;
mod harden;
mod observe;

pub(crate) use admit::{admit, require};
pub(crate) use cors::cors;
pub(crate) use harden::harden;
pub(crate) use observe::observe;
