//! The flat form: the same application with short names at one level.
//!
//! It is lifted into the full form, which is then read by the one set of rules; [`Names`] leads the paths of errors
//! back. The derivations made here are the only ones, and all are documented in OpenAPI:
//! `user.id` = e-mail · `freightId` = `FR-` + quote id · country = `USA` · one freight class = 100 % ·
//! a carrier's equipment type, and the words for "Other", = the shipment's · stops from origin and destination with
//! the given dates · currency `USD`.

mod lift;
mod names;
mod places;

use serde_json::Value;

pub(super) use lift::lift;
use names::Names;

/// A flat form in the shape of the full one.
#[derive(Debug)]
pub(super) struct Lifted {
    /// The full form.
    pub(super) body: Value,
    /// The way back for paths.
    pub(super) names: Names,
}
