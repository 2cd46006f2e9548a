//! The whole service on one machine.

mod env;
mod settings;
mod start;

use std::time::Duration;

use anyhow::{Context as _, bail};
use loadsure_testkit::process::Process;
use loadsure_testkit::servers::{Postgres, Redis};

use crate::progress;
use crate::state::State;

pub(crate) use settings::{Insurer, Settings};

/// How often the programs are looked at while nothing else happens.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Everything that runs. The order of the fields is the order in which a failed start is taken down.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    api: Option<Process>,
    monitor: Option<Process>,
    sandbox: Option<Process>,
    redis: Option<Redis>,
    postgres: Option<Postgres>,
}

impl Stack {
    /// Starts everything, and returns when the API says that it is ready.
    pub(crate) async fn start(settings: &Settings) -> anyhow::Result<(Self, State)> {
        start::all(settings).await
    }

    /// Returns when one of the programs has ended, with the reason and the end of its log.
    pub(crate) async fn watch(&mut self) -> anyhow::Error {
        loop {
            for process in [&mut self.api, &mut self.monitor, &mut self.sandbox]
                .into_iter()
                .flatten()
            {
                if let Err(error) = still_runs(process) {
                    return error;
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Ends everything in good order: first what takes work, last what holds it.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        // The queue monitor drains and ends the workers that it started.
        for process in [self.api.take(), self.monitor.take(), self.sandbox.take()]
            .into_iter()
            .flatten()
        {
            let step = progress::step(format!("Stopping {}", process.name()));
            let status = process.end().await?;
            step.done(if status.success() {
                String::new()
            } else {
                status.to_string()
            });
        }
        if let Some(mut redis) = self.redis.take() {
            let step = progress::step("Stopping Redis");
            redis.stop().await?;
            step.done("");
        }
        if let Some(mut postgres) = self.postgres.take() {
            let step = progress::step("Stopping PostgreSQL");
            postgres.stop().await?;
            step.done("");
        }
        Ok(())
    }
}

fn still_runs(process: &mut Process) -> anyhow::Result<()> {
    match process.exited()? {
        None => Ok(()),
        Some(status) => {
            let tail = process.tail();
            bail!(
                "{} ended ({status}); the end of {}:\n{tail}",
                process.name(),
                process.log().display()
            )
        }
    }
}

/// The answer of a program that ends by itself; its error output goes to ours when it fails.
pub(crate) async fn answer(program: &mut tokio::process::Command) -> anyhow::Result<String> {
    let line = format!("{:?}", program.as_std().get_program());
    let output = program
        .output()
        .await
        .with_context(|| format!("cannot run {line}"))?;
    if !output.status.success() {
        bail!(
            "{line} ended with {}:\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("{line} printed something that is not text"))
}
