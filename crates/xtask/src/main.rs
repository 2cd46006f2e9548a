//! Developer commands: `cargo xtask <command>`. One file per command in `commands`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks on its standard streams"
)]

mod bench;
mod chaos;
mod ci;
mod commands;
mod demo;
mod infra;
mod install;
mod progress;
mod stack;
mod state;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;

/// Runs, tests and measures the Loadsure service.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One thread is enough: the work is done by the programs that are started, and the load generator
/// must leave the machine to what it measures.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Cli::parse().command.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The sentence of each cause, outermost first, on one line where they are short.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
