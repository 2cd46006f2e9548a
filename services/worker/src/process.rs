//! The life of the process: configuration, telemetry, worker, signals, exit code.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use loadsure_config::{EXIT_CODE, ProcessEnv, WorkerServiceConfig};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

use crate::Worker;
use crate::settings::SERVICE;

/// Exit code for a command line that means nothing: `EX_USAGE` of `sysexits.h`.
const USAGE: u8 = 64;

/// Exit code of a process that was told twice to end.
const FORCED: i32 = 130;

/// Threads of the runtime. A worker waits for others most of the time; more threads only cost memory.
const MOST_THREADS: usize = 4;

/// Time to send the last traces and metrics.
const FLUSH: Duration = Duration::from_secs(5);

/// Runs the program with its arguments, without its name: nothing, or `check-config`.
#[must_use]
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["check-config"] => true,
        _ => {
            tell("usage: loadsure-worker [check-config]");
            return ExitCode::from(USAGE);
        }
    };
    let config = match WorkerServiceConfig::from_env(&ProcessEnv) {
        Ok(config) => config,
        Err(errors) => {
            tell(&errors.to_string());
            return ExitCode::from(EXIT_CODE);
        }
    };
    if check {
        // Secrets are wrapped in a type that does not show them.
        return write(std::io::stdout(), &format!("{config:#?}"));
    }
    match serve(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(config: WorkerServiceConfig) -> anyhow::Result<()> {
    // Two libraries bring a TLS implementation each; without this the choice is a panic.
    let _chosen_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let version = env!("CARGO_PKG_VERSION");
    let settings = loadsure_telemetry::Settings::new(SERVICE, version, &config.app, &config.telemetry);
    let telemetry = loadsure_telemetry::init(&settings).context("telemetry cannot be started")?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads.min(MOST_THREADS))
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    let served = runtime.block_on(async {
        let served = until_told(config, telemetry.metrics().clone()).await;
        if let Err(error) = telemetry.shutdown(FLUSH).await {
            tell(&error.to_string());
        }
        served
    });
    // What still blocks a thread, such as a look-up of a name, is not waited for.
    runtime.shutdown_background();
    served
}

async fn until_told(config: WorkerServiceConfig, metrics: loadsure_telemetry::Metrics) -> anyhow::Result<()> {
    let mut signals = Signals::new().context("signals cannot be received")?;
    let worker = tokio::select! {
        started = Worker::start(config, metrics) => started.context("the worker cannot start")?,
        () = signals.received() => return Ok(()),
    };
    info!("the worker runs");
    signals.received().await;
    tokio::spawn(async move {
        signals.received().await;
        warn!("told twice to end: ending at once");
        std::process::exit(FORCED);
    });
    worker.stop().await;
    Ok(())
}

/// SIGTERM of the platform and SIGINT of a person mean the same.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Says something before there is a log, or after it.
fn tell(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _code = write(std::io::stderr(), text);
}

fn write(mut to: impl std::io::Write, text: &str) -> ExitCode {
    match writeln!(to, "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
