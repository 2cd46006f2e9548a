#![doc = include_str!("../README.md")]

mod actor;
mod arguments;
mod commands;
mod context;
mod error;
mod output;

use std::process::ExitCode;
use std::time::Duration;

use loadsure_config::{CtlConfig, ProcessEnv};
use loadsure_telemetry::Settings;

pub use arguments::{
    Arguments, Command, DeadCommand, DeployCommand, Dispose, KeysCommand, ScaleCommand, UnknownCommand,
};
pub use commands::deploy::DeployError;
pub use error::Error;

/// Time for the last traces to be sent. Nobody waits longer for a command line.
const FLUSH: Duration = Duration::from_secs(2);

/// Carries a command out, tells standard error what went wrong, and says with which code to exit.
pub async fn run(arguments: Arguments) -> ExitCode {
    match attempt(arguments.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

async fn attempt(command: Command) -> Result<(), Error> {
    if let Command::Deploy(step) = &command
        && let Some(done) = commands::deploy::without_database(step).await
    {
        return done;
    }
    let config = CtlConfig::from_env(&ProcessEnv)?;
    let version = env!("CARGO_PKG_VERSION");
    let settings = Settings::new("loadsurectl", version, &config.app, &config.telemetry);
    let telemetry = loadsure_telemetry::init(&settings)?;
    let done = commands::execute(command, &config).await;
    // The command has ended by now; that its traces were not sent does not change how.
    let _ = telemetry.shutdown(FLUSH).await;
    done
}
