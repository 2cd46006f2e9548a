//! Settling unknown outcomes: accepting what a person says, and recording it once it is believed.

mod accept;
mod record;

pub use accept::NewSettlement;
