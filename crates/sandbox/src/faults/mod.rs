//! Faults that can be switched on, to see what a client does about them.

mod board;
mod dice;
mod flat;
mod rule;

pub(crate) use board::Board;
pub use board::{Active, RuleState};
pub use rule::{Fault, Kind, RuleError, Rules, Target};
