//! The program around the service.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use loadsure_config::{ApiConfig, EXIT_CODE, ProcessEnv};
use loadsure_telemetry::{Settings, fields};
use tokio::signal::unix::{SignalKind, signal};
use tracing::warn;

use crate::{Api, openapi_json};

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
            Ok(ExitCode::from(2))
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
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let api = Api::start(config, telemetry.metrics().clone()).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tokio::select! {
        () = api.stop() => {}
        _ = terminate.recv() => warn!("a second signal: not waiting any longer"),
        _ = interrupt.recv() => warn!("a second signal: not waiting any longer"),
    }
    if let Err(error) = telemetry.shutdown(grace / 8).await {
        warn!(
            { fields::ERROR } = fields::causes(&error),
            "the last telemetry is lost"
        );
    }
    Ok(())
}

/// The commit or release that was built.
fn version() -> &'static str {
    option_env!("LOADSURE_VERSION").unwrap_or(env!("CARGO_PKG_VERSION"))
}
