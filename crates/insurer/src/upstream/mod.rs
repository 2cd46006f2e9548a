//! What the insurer is sent (loadsure-api.md sections 3 to 7).
//!
//! Each body is a list of what is sent, written out: a field that the domain gains is not sent until it is added here.
//! So the caller's own fee, `callbackUrl`, `requestMetadata` and dimensions stay at home (P11), and nothing is made
//! up: what the caller did not give is left out (P5).

mod cargo;
mod orders;
mod quote;
mod shipment;

pub(crate) use orders::{Cancellation, Certificate, Purchase};
pub(crate) use quote::Quote;
