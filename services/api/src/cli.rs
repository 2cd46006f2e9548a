//! The program around the service.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use loadsure_config::{ApiConfig, EXIT_CODE, ProcessEnv};
use loadsure_telemetry::{Guard, Settings, fields};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::warn;

use crate::{Api, openapi_json};

/// Exit code for a command line that means nothing: `EX_USAGE` of `sysexits.h`.
const USAGE: u8 = 64;

/// Does what the argument says: nothing runs the service, `check-config` checks, `openapi` prints the document.
///
/// # Errors
/// When the service cannot start, or output cannot be written.
pub async fn run(argument: Option<&str>) -> anyhow::Result<ExitCode> {
    match argument {
        None => with_config(Then::Serve).await,
        Some("check-config") => with_config(Then::Show).await,
        Some("openapi") => {
            writeln!(std::io::stdout(), "{}", openapi_json()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(_) => {
            writeln!(std::io::stderr(), "usage: loadsure-api [check-config | openapi]")?;
            Ok(ExitCode::from(USAGE))
        }
    }
}

enum Then {
    Serve,
    Show,
}

async fn with_config(then: Then) -> anyhow::Result<ExitCode> {
    let config = match ApiConfig::from_env(&ProcessEnv) {
        Ok(config) => config,
        Err(errors) => {
            writeln!(std::io::stderr(), "{errors}")?;
            return Ok(ExitCode::from(EXIT_CODE));
        }
    };
    match then {
        Then::Show => writeln!(std::io::stdout(), "{config:#?}")?,
        Then::Serve => serve(config).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: ApiConfig) -> anyhow::Result<()> {
    let settings = Settings::new("loadsure-api", version(), &config.app, &config.telemetry);
    let grace = config.app.shutdown_grace;
    let telemetry = loadsure_telemetry::init(&settings).context("telemetry cannot start")?;
    let mut signals = Signals::listen()?;
    let api = Api::start(config, telemetry.metrics().clone()).await?;
    signals.next().await;
    tokio::select! {
        () = api.stop() => {}
        () = signals.next() => warn!("a second signal: not waiting any longer"),
    }
    flush(&telemetry, grace / 8).await;
    Ok(())
}

async fn flush(telemetry: &Guard, time: Duration) {
    if let Err(error) = telemetry.shutdown(time).await {
        warn!(
            { fields::ERROR } = fields::causes(&error),
            "the last telemetry is lost"
        );
    }
}

/// The two signals that ask a process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The commit or release that was built.
fn version() -> &'static str {
    option_env!("LOADSURE_VERSION").unwrap_or(env!("CARGO_PKG_VERSION"))
}
