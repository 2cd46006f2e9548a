//! The whole service on one machine.

mod env;
mod member;
mod server;
mod settings;
mod start;

use std::time::Duration;

use anyhow::{Context as _, bail};
use loadsure_testkit::servers::{Postgres, Redis};

use crate::progress;
use crate::state::State;

use member::Member;
use server::Server;
pub(crate) use settings::{Insurer, Settings};

/// How often the programs are looked at while nothing else happens.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The processes that `bench` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pids {
    pub(crate) api: u32,
    pub(crate) monitor: u32,
}

/// Everything that runs. The order of the fields is the order in which a failed start is taken down.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    api: Option<Member>,
    monitor: Option<Member>,
    sandbox: Option<Member>,
    redis: Option<Server<Redis>>,
    postgres: Option<Server<Postgres>>,
}

impl Stack {
    /// Starts everything, and returns when the API says that it is ready.
    pub(crate) async fn start(settings: &Settings) -> anyhow::Result<(Self, State)> {
        start::all(settings).await
    }

    /// Starts again what has ended, until `keep` cannot note it or a program ends again and again.
    ///
    /// `keep` is told the process ids of the api and the queue monitor whenever one of them is another one.
    pub(crate) async fn watch(&mut self, keep: impl Fn(Pids) -> anyhow::Result<()>) -> anyhow::Error {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let before = self.pids();
            if let Err(error) = self.look_after().await {
                return error;
            }
            let now = self.pids();
            if now != before
                && let Err(error) = keep(now)
            {
                return error;
            }
        }
    }

    async fn look_after(&mut self) -> anyhow::Result<()> {
        if let Some(postgres) = &mut self.postgres {
            postgres.look_after().await?;
        }
        if let Some(redis) = &mut self.redis {
            redis.look_after().await?;
        }
        for member in [&mut self.sandbox, &mut self.api, &mut self.monitor]
            .into_iter()
            .flatten()
        {
            member.look_after().await?;
        }
        Ok(())
    }

    fn pids(&self) -> Pids {
        Pids {
            api: self.api.as_ref().map_or(0, Member::pid),
            monitor: self.monitor.as_ref().map_or(0, Member::pid),
        }
    }

    /// Ends everything in good order: first what takes work, last what holds it.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        // The queue monitor drains and ends the workers that it started.
        for member in [self.api.take(), self.monitor.take(), self.sandbox.take()]
            .into_iter()
            .flatten()
        {
            let step = progress::step(format!("Stopping {}", member.name()));
            let status = member.end().await?;
            step.done(if status.success() {
                String::new()
            } else {
                status.to_string()
            });
        }
        if let Some(redis) = self.redis.take() {
            let step = progress::step("Stopping Redis");
            redis.into_inner().stop().await?;
            step.done("");
        }
        if let Some(postgres) = self.postgres.take() {
            let step = progress::step("Stopping PostgreSQL");
            postgres.into_inner().stop().await?;
            step.done("");
        }
        Ok(())
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
