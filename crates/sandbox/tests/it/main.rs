//! The sandbox over real HTTP.

mod binary;
mod cancellation;
mod certificate;
mod control;
mod duplicates;
mod faults;
mod journal;
mod purchase;
mod quote;
mod reference;
mod refused_quote;
mod resets;
mod support;
