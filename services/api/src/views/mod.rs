//! JSON bodies as callers see them. The insurer's quote token is in none of them (P29).

pub(crate) mod booking;
pub(crate) mod certificate;
pub(crate) mod dead_letter;
pub(crate) mod items;
mod money;
pub(crate) mod page;
pub(crate) mod quote;
pub(crate) mod scaling;
pub(crate) mod support_data;
pub(crate) mod unknown_outcome;

pub(crate) use money::Money;
