//! The sandbox insurer as a program: starts, prints where it listens, ends on SIGTERM or Ctrl-C.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use loadsure_sandbox::{Config, Sandbox};
use tokio::signal::unix::{SignalKind, signal};

/// `EX_CONFIG` of sysexits: the environment is wrong.
const BAD_CONFIGURATION: u8 = 78;

/// `EX_USAGE` of sysexits: the command line means nothing.
const BAD_USAGE: u8 = 64;

fn main() -> anyhow::Result<ExitCode> {
    let config = match Config::from_env(|name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(error) => {
            writeln!(std::io::stderr(), "{error}")?;
            return Ok(ExitCode::from(BAD_CONFIGURATION));
        }
    };
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(config),
        ["healthcheck"] => {
            loadsure_sandbox::health::ask(config.address)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            writeln!(std::io::stderr(), "usage: loadsure-sandbox [healthcheck]")?;
            Ok(ExitCode::from(BAD_USAGE))
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let sandbox = Sandbox::start(config)
        .await
        .context("the sandbox could not start")?;
    writeln!(std::io::stdout(), "listening on {}", sandbox.base_url())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    sandbox.stop().await?;
    Ok(ExitCode::SUCCESS)
}
