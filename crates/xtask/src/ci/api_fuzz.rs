//! Generated requests, good and bad, against a running service: every answer must be one that docs/openapi.json names.

use std::net::TcpListener;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use super::step::Scene;
use crate::infra::{Outcome, Tool};
use crate::state::Home;
use crate::workspace;

const SCHEMATHESIS: Tool = Tool {
    program: "schemathesis",
    in_ci: true,
};
/// What is checked, and what is left out and why.
const CONFIGURATION: &str = ".config/schemathesis.toml";
/// Which requests are generated. A change meets the same ones each time, so that the change alone decides whether they
/// pass; the nightly run sets another seed.
const SEED: (&str, &str) = ("API_FUZZ_SEED", "1");
/// How many, for each operation and phase.
const EXAMPLES: (&str, &str) = ("API_FUZZ_EXAMPLES", "20");
/// More than the generated requests, which would otherwise mostly be answered 429.
const RATE_LIMIT: &str = "1000000";

/// Starts the whole service beside the sandbox insurer, and ends it again whatever was found.
pub(super) async fn run(scene: &Scene) -> anyhow::Result<Outcome> {
    let mut version = Command::new(SCHEMATHESIS.program);
    let there = scene.show(&SCHEMATHESIS, version.arg("--version")).await?;
    if there != Outcome::Passed {
        return Ok(there);
    }
    let home = Home::of_up()?;
    if home.lock()?.is_none() {
        bail!("a service is running already: end it by `cargo xtask down`");
    }
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    xtask(&["up", "--detach", "--port", &port]).await?;
    let outcome = requests(scene, &home).await;
    let ended = xtask(&["down"]).await;
    let outcome = outcome?;
    ended?;
    Ok(outcome)
}

async fn requests(scene: &Scene, home: &Home) -> anyhow::Result<Outcome> {
    let state = home.read()?.context("the service did not leave its address")?;
    let mut command = Command::new(SCHEMATHESIS.program);
    command
        .current_dir(workspace::root()?)
        .args(["--config-file", CONFIGURATION, "run"])
        .arg(format!("{}/api-docs.json", state.url))
        .args(["--seed", &setting(SEED), "--max-examples", &setting(EXAMPLES)]);
    if let Some(key) = &state.key {
        // By the environment, since everybody on the machine sees a command line.
        command.env("API_KEY", key);
    }
    scene.show(&SCHEMATHESIS, &mut command).await
}

fn setting((name, otherwise): (&str, &str)) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

async fn xtask(args: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(args).env("API_RATE_LIMIT_MAX_REQUESTS", RATE_LIMIT);
    workspace::run(&mut command).await
}
