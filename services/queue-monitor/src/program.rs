//! The program: arguments, configuration, telemetry, signals.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use loadsure_config::{EXIT_CODE, MonitorServiceConfig, ProcessEnv};
use loadsure_telemetry::{Guard, Settings, fields};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, info, warn};

use crate::Monitor;

/// `EX_USAGE` has no use here: the convention of command lines is 2.
const USAGE: u8 = 2;
/// Longest time for the last traces to be sent.
const FLUSH: Duration = Duration::from_secs(5);

/// Runs the program with its arguments: none to run the monitor until SIGTERM or SIGINT, `check-config` to read the
/// configuration and show it without its secrets.
pub async fn program(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let check = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => false,
        (Some("check-config"), None) => true,
        _ => return complain("usage: loadsure-queue-monitor [check-config]", USAGE),
    };
    let config = match MonitorServiceConfig::from_env(&ProcessEnv) {
        Ok(config) => config,
        Err(errors) => return complain(&errors.to_string(), EXIT_CODE),
    };
    if check {
        return match writeln!(io::stdout(), "{config:#?}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    // Two crypto providers are in the build, so the client of Redis cannot choose. Fails only if one is installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let version = env!("CARGO_PKG_VERSION");
    let settings = Settings::new("loadsure-queue-monitor", version, &config.app, &config.telemetry);
    match loadsure_telemetry::init(&settings) {
        Ok(telemetry) => run(config, telemetry).await,
        Err(error) => complain(&chain(&error), EXIT_CODE),
    }
}

/// How the monitor came to its end.
enum End {
    /// All workers were drained.
    InOrder,
    /// A second signal came. Workers that were told to end do so by themselves.
    AtOnce,
}

async fn run(config: MonitorServiceConfig, telemetry: Guard) -> ExitCode {
    let code = match watch(config, &telemetry).await {
        Ok(End::InOrder) => {
            info!("stopped");
            ExitCode::SUCCESS
        }
        Ok(End::AtOnce) => return ExitCode::FAILURE,
        Err(error) => {
            error!({ fields::ERROR } = &*error, "the queue monitor cannot run");
            ExitCode::FAILURE
        }
    };
    flush(&telemetry).await;
    code
}

async fn flush(telemetry: &Guard) {
    if let Err(error) = telemetry.shutdown(FLUSH).await {
        warn!(
            { fields::ERROR } = fields::causes(&error),
            "telemetry was not sent"
        );
    }
}

async fn watch(config: MonitorServiceConfig, telemetry: &Guard) -> Result<End, Box<dyn Error>> {
    // Before anything starts: a signal that comes meanwhile must not end the process in mid-start.
    let mut signals = Signals::new()?;
    let monitor = Monitor::start(config, telemetry.metrics().clone()).await?;
    signals.next().await;
    info!("stopping; another signal ends the process at once");
    Ok(stop(monitor, &mut signals).await)
}

async fn stop(monitor: Monitor, signals: &mut Signals) -> End {
    tokio::select! {
        () = monitor.stop() => End::InOrder,
        () = signals.next() => End::AtOnce,
    }
}

/// The signals that ask for the end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
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

/// Tells standard error, before there is a log.
fn complain(text: &str, code: u8) -> ExitCode {
    // When even that fails there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(code)
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
