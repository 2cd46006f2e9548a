//! A program in a process of its own: this binary, which runs one test as the program.

use std::io;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use loadsure_config::{AppConfig, Env, Errors, MonitorServiceConfig, ProcessEnv, TelemetryConfig};
use loadsure_telemetry::Metrics;
use loadsure_testkit::process::{Process, Program};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, info_span};

use crate::Service;
use crate::program::program;

const ROLE: &str = "LOADSURE_TEST_ROLE";

const PROGRAM: &str = "tests::a_wrong_configuration_ends_the_program_with_78";

const DEADLINE: Duration = Duration::from_secs(30);

/// A service with one trouble, as the role says.
struct Troubled {
    role: String,
}

impl Service for Troubled {
    const NAME: &'static str = "troubled";
    type Config = MonitorServiceConfig;
    type Error = io::Error;

    fn config(env: &impl Env) -> Result<Self::Config, Errors> {
        MonitorServiceConfig::from_env(env)
    }

    fn app(config: &Self::Config) -> &AppConfig {
        &config.app
    }

    fn telemetry(config: &Self::Config) -> &TelemetryConfig {
        &config.telemetry
    }

    async fn start(_: Self::Config, _: Metrics) -> io::Result<Self> {
        let role = ProcessEnv.var(ROLE).unwrap_or_default();
        match role.as_str() {
            "starts until it is told" => {
                let mut told = signal(SignalKind::terminate())?;
                info!("starting");
                told.recv().await;
            }
            "cannot start" => return Err(io::Error::other("out of luck")),
            // The span is the telemetry that is sent at the end.
            _ => info_span!("start").in_scope(|| info!("started")),
        }
        Ok(Self { role })
    }

    async fn stop(self) {
        if self.role == "never stops" {
            std::future::pending::<()>().await;
        }
    }
}

/// This test is also what all others run in the child: the program itself.
#[test]
fn a_wrong_configuration_ends_the_program_with_78() {
    if ProcessEnv.var(ROLE).is_ok() {
        let end = program::<Troubled>(&[], &[]);
        std::process::exit(end.code().into());
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", PROGRAM, "--nocapture"])
        .env_clear()
        .envs([(ROLE, "runs"), ("MIN_WORKERS", "0")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in ["DATABASE_URL: ", "REDIS_URL: ", "MIN_WORKERS: "] {
        assert!(said.lines().any(|line| line.starts_with(name)), "{said}");
    }
    assert!(!said.contains("started"), "{said}");
}

async fn run(role: &str, variables: &[(&str, &str)]) -> Process {
    let program = Program::at(std::env::current_exe().unwrap())
        .arg("--exact")
        .arg(PROGRAM)
        .arg("--nocapture")
        .env(ROLE, role)
        .env("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/none")
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .env("METRICS_ADDR", "off")
        .envs(variables.iter().copied());
    program.start().await.unwrap()
}

async fn ends_with(process: &mut Process, code: i32) {
    let status = process.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(code), "{}", process.tail());
}

/// The address of a collector that takes what it is sent and never answers, as long as the listener lives.
fn mute_collector() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// P25: what was begun is completed, and then stopped.
#[tokio::test]
async fn a_signal_during_the_start_ends_in_order() {
    let mut process = run("starts until it is told", &[]).await;
    process.wait_for_line("starting", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    ends_with(&mut process, 0).await;
    assert!(process.output().unwrap().contains("stopped"));
}

#[tokio::test]
async fn a_service_that_cannot_start_says_why_and_the_code_is_1() {
    let mut process = run("cannot start", &[]).await;
    ends_with(&mut process, 1).await;
    let said = process.output().unwrap();
    let line = said
        .lines()
        .find(|line| line.contains("troubled cannot run"))
        .unwrap();
    assert!(line.contains("out of luck"), "{line}");
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_the_service() {
    let mut process = run("never stops", &[]).await;
    process.wait_for_line("started", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    process.wait_for_line("stopping", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    ends_with(&mut process, 130).await;
}

/// P25: a collector that is not well delays no end.
#[tokio::test]
async fn the_last_telemetry_has_its_share_of_the_grace() {
    let (_collector, url) = mute_collector();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("SHUTDOWN_GRACE_MS", "4000"),
    ];
    let mut process = run("runs", &variables).await;
    process.wait_for_line("started", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    ends_with(&mut process, 0).await;
    let said = process.output().unwrap();
    assert!(said.contains("the last telemetry is lost"), "{said}");
    // Whoever notices first says so, the exporter or the program around it: both were given an eighth.
    assert!(
        ["within 500 ms", "Timeout(500ms)"]
            .iter()
            .any(|text| said.contains(text)),
        "{said}"
    );
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_the_last_telemetry() {
    let (_collector, url) = mute_collector();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("SHUTDOWN_GRACE_MS", "3600000"),
    ];
    let mut process = run("runs", &variables).await;
    process.wait_for_line("started", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    process.wait_for_line("stopped", DEADLINE).await.unwrap();
    process.sigterm().unwrap();
    ends_with(&mut process, 130).await;
    assert!(!process.output().unwrap().contains("telemetry is lost"));
}
