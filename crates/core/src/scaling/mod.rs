//! How many workers there should be: a pure function of what is seen and remembered, shared by the queue monitor, the
//! simulator and their tests. docs/SCALING.md explains the rules.

mod budget;
mod by_threshold;
mod capacity;
mod command;
mod decide;
mod decision;
mod down;
mod estimate;
mod estimates;
mod failsafe;
mod guards;
mod history;
mod lag;
mod mode;
mod moment;
mod number;
mod orders;
mod policy;
mod predictive;
mod record;
mod replay;
mod sight;
mod snapshot;
mod stand_down;
mod steering;
mod threshold;
mod unseen;
mod up;
mod view;

#[cfg(test)]
mod tests;

pub use capacity::Capacity;
pub use command::{Command, REASON_LENGTH, Refusal};
pub use decide::decide;
pub use decision::{Alert, Decision, Reason};
pub use estimates::{Estimates, KindEstimate};
pub use guards::Guards;
pub use history::{Change, ChangeResult, History};
pub use lag::{Lag, LagUnknown};
pub use mode::{Mode, UnknownMode};
pub use moment::Moment;
pub use policy::{Limits, Policy, Rule};
pub use predictive::Predictive;
pub use record::{Action, Note, Outcome, Record, Recorder};
pub use replay::{Difference, Replay};
pub use snapshot::{Fleet, Insurer, KindSample, Outbox, Snapshot};
pub use stand_down::StandDown;
pub use steering::{Configured, Origin, Pause, Steering};
pub use threshold::Threshold;
pub use unseen::Unseen;
