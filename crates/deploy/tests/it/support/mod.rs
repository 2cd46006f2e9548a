//! A platform with apps, a database, and a service that answers.

mod flow;
mod service;
mod state;
mod world;

pub(crate) use flow::{Approval, End, Failure};
pub(crate) use service::Service;
pub(crate) use state::State;
pub(crate) use world::{NEW, OLD, SECRET, World, images};
