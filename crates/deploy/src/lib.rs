#![doc = include_str!("../README.md")]

mod apply;
mod ci;
mod environment;
mod images;
mod lock;
mod notify;
mod plan;
mod promote;
mod release;
mod rollback;
mod schema;
mod settle;
mod smoke;
mod spec;
mod watch;
mod window;

pub use apply::{ApplyError, Inputs, apply};
pub use ci::{CheckRuns, CiError};
pub use environment::{Environment, UnknownEnvironment};
pub use images::{Commit, Digest, Images, Malformed};
pub use lock::{DeployLock, LockError};
pub use notify::{Job, Message, NotifyError, Outcome, Webhook, summary};
pub use plan::{PlanError, Slots, plan};
pub use promote::{PromoteError, promote};
pub use release::{Baseline, FileError, Release, read_json};
pub use rollback::{BackError, Returned, roll_back};
pub use schema::{SchemaError, verify_schema};
pub use smoke::{Smoke, SmokeError};
pub use spec::{SpecError, Template};
pub use watch::{WatchError, watch};
pub use window::{Limits, Reading, Verdict, WindowError, judge, observe};
