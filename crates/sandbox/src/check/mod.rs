//! Strict reading of what a client sent: every problem is collected with its path.

mod field;
mod report;

pub(crate) use field::Field;
pub(crate) use report::{Need, Report};
