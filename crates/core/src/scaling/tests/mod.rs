//! The rules together.

mod failures;
mod guards;
mod properties;
mod records;
mod rules;
mod stage;
