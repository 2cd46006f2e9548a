//! CI: what each job runs, which jobs a change needs, and whether all of it together lets a change in.
//!
//! The workflows call `cargo xtask ci <job>` and nothing else, so a developer runs the same commands. To add a job: its
//! entry in [`JOBS`], and a job of the same name in `.github/workflows/ci.yml`; the `workflows` job fails until both
//! are there.

mod api_fuzz;
mod base;
mod gate;
mod image;
mod job;
mod jobs;
mod migrations;
mod mutations;
mod openapi;
mod plan;
mod secrets;
mod step;
mod workflows;

pub(crate) use base::find as base;
pub(crate) use gate::judge;
pub(crate) use job::Job;
pub(crate) use jobs::{JOBS, find};
pub(crate) use mutations::run as run_mutations;
pub(crate) use plan::Plan;
pub(crate) use step::Scene;
