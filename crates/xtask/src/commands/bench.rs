//! `bench`: measures the service on this machine.

use std::path::PathBuf;

use clap::Subcommand;

use crate::bench::quotes;

/// Arguments of `bench`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

/// What to measure.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Quotes per second and their latency, from POST to the priced quote.
    Quotes(Quotes),
}

/// Arguments of `bench quotes`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Quotes {
    /// Keep-alive connections; may be given several times, for one run each.
    #[arg(long, default_values_t = [1, 64])]
    pub(crate) connections: Vec<u32>,
    /// Seconds of each run.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
    /// Quotes per second over all connections; without it each connection sends as soon as it is answered.
    /// Latency counts from the moment when a quote was due, so that a stall is not hidden.
    #[arg(long)]
    pub(crate) rate: Option<u32>,
    /// Measures this running stack (http://host:port) instead of starting one.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// API key for --url; default: that of the running `up`.
    #[arg(long, requires = "url")]
    pub(crate) key: Option<String>,
    /// Writes the results to this file, as JSON.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Never installs packages; says what is missing instead.
    #[arg(long)]
    pub(crate) no_install: bool,
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.what {
            What::Quotes(args) => quotes::run(&args).await,
        }
    }
}
