//! The sandbox insurer as a program: starts, prints where it listens, ends on SIGTERM or Ctrl-C.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use loadsure_sandbox::{Config, Sandbox};
use tokio::signal::unix::{SignalKind, signal};

/// `EX_CONFIG` of sysexits: the environment is wrong.
const BAD_CONFIGURATION: u8 = 78;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let config = match Config::from_env(|name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(error) => {
            writeln!(std::io::stderr(), "{error}")?;
            return Ok(ExitCode::from(BAD_CONFIGURATION));
        }
    };
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
