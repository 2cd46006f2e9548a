//! The commands. To add one: a file with its arguments and `run`, and a variant here.

mod bench;
mod chaos;
mod ci;
mod down;
mod infra_check;
mod openapi;
mod simulate;
mod sync_app_config;
mod test;
mod up;

pub(crate) use bench::Quotes as QuotesArgs;
pub(crate) use chaos::short as short_chaos;
pub(crate) use infra_check::every as check_infra;
pub(crate) use openapi::build_and_check as check_openapi;
pub(crate) use sync_app_config::{Environment, check as check_app_config};

use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs everything on this machine: databases, sandbox insurer, api, queue monitor, workers.
    Up(up::Args),
    /// Ends what `up --detach` started.
    Down(down::Args),
    /// Runs everything that CI runs for the code.
    Test(test::Args),
    /// Measures the service on this machine.
    Bench(bench::Args),
    /// Runs the jobs of CI: `ci --list` names them.
    Ci(ci::Args),
    /// Maltreats the service, and checks that nothing is lost and nothing bought twice.
    Chaos(chaos::Args),
    /// Writes docs/openapi.json from the code, or checks it.
    Openapi(openapi::Args),
    /// Writes .do/app.*.yaml from the Terraform, or finds where they or the platform differ.
    SyncAppConfig(sync_app_config::Args),
    /// Checks infra/, .do/, the Dockerfile and compose.yaml by every tool that is installed.
    InfraCheck(infra_check::Args),
    /// Simulates the scaling of workers: other policies, other days, and what may go wrong.
    Simulate(simulate::Args),
}

impl Command {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Up(args) => args.run().await,
            Self::Down(args) => args.run().await,
            Self::Test(args) => args.run().await,
            Self::Bench(args) => args.run().await,
            Self::Chaos(args) => args.run().await,
            Self::Ci(args) => args.run().await,
            Self::Openapi(args) => args.run().await,
            Self::SyncAppConfig(args) => args.run(),
            Self::InfraCheck(args) => args.run().await,
            Self::Simulate(args) => args.run(),
        }
    }
}
