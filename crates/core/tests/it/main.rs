//! Properties of the domain as its users see it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod flat_errors;
mod flat_form;
mod load;
mod purchase_model;
mod states;
