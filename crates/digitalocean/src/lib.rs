#![doc = include_str!("../README.md")]

mod app;
mod client;
mod deployment;
mod diff;
mod error;
mod follow;
mod guard;
mod health;
mod id;
mod logs;
mod message;
mod quota;
mod replace;
mod rollback;
mod scale;
mod settings;
mod spec;
mod stand_down;
mod transport;

pub use app::App;
pub use client::Client;
pub use deployment::{Deployment, Phase};
pub use diff::differences;
pub use error::{Error, Trouble};
pub use follow::{FollowError, Patience};
pub use guard::Guard;
pub use health::Replicas;
pub use id::{AppId, DeploymentId};
pub use replace::{ReplaceError, Replaced};
pub use rollback::RollbackError;
pub use scale::{Fence, Order, Plan, ScaleError, Scaled, Seen};
pub use settings::{BuildError, Settings};
pub use spec::Spec;
pub use stand_down::StandDown;
