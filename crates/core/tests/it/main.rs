//! Properties of the domain as its users see it.

mod flat_errors;
mod flat_form;
mod load;
mod states;
