//! The operator's command line as a program.

use std::process::ExitCode;

use clap::Parser as _;
use loadsurectl::Arguments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    loadsurectl::run(Arguments::parse()).await
}
