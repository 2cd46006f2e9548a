//! `test`: everything that CI runs for the code.

use std::time::Duration;

use anyhow::Context as _;
use loadsure_testkit::{paths, shared};
use tokio::process::Command;

use super::{chaos, openapi};
use crate::install::{self, Wanted};
use crate::progress;
use crate::workspace::{self, Profile};

/// Arguments of `test`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Leaves out clippy and rustdoc.
    #[arg(long)]
    fast: bool,
    /// Never installs packages; says what is missing instead.
    #[arg(long)]
    no_install: bool,
    /// Runs only the tests whose names contain one of these, and no other check.
    filters: Vec<String>,
}

/// The steps that were done, with the time each took.
#[derive(Default)]
struct Done(Vec<(&'static str, Duration)>);

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let mut done = Done::default();
        let outcome = self.steps(&mut done).await;
        println!();
        for (name, took) in &done.0 {
            println!("  {:>7.1} s  {name}", took.as_secs_f64());
        }
        outcome?;
        println!("\nAll passed.");
        Ok(())
    }

    async fn steps(&self, done: &mut Done) -> anyhow::Result<()> {
        let whole = self.filters.is_empty();
        if whole {
            done.cargo("fmt", &["fmt", "--all", "--check"], &[]).await?;
        }
        if whole && !self.fast {
            let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            done.cargo("clippy", &clippy, &[]).await?;
            let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
            done.cargo("doc", &doc, &[("RUSTDOCFLAGS", "-D warnings")])
                .await?;
        }
        install::ensure(
            Wanted {
                postgres: true,
                redis: true,
            },
            !self.no_install,
        )
        .await?;
        let step = progress::loud_step("build");
        workspace::build(Profile::Dev).await?;
        done.add("build", step);
        self.tests(done).await?;
        if whole {
            done.cargo("doc tests", &["test", "--workspace", "--doc"], &[])
                .await?;
            let step = progress::loud_step("openapi");
            openapi::check().await?;
            done.add("openapi", step);
            let step = progress::loud_step("chaos");
            chaos::short_random().await?;
            done.add("chaos, faults at random", step);
            let step = progress::loud_step("chaos");
            chaos::short_stories().await?;
            done.add("chaos, the stories", step);
        }
        Ok(())
    }

    async fn tests(&self, done: &mut Done) -> anyhow::Result<()> {
        let filters = self.filters.iter().map(String::as_str);
        if has_nextest().await {
            let mut args = vec!["nextest", "run", "--workspace"];
            if std::env::var_os("CI").is_some() {
                args.extend(["--profile", "ci"]);
            }
            args.extend(filters);
            return done.cargo("tests", &args, &[]).await;
        }
        progress::say("cargo-nextest is not installed: the tests run under `cargo test`, package by package");
        // nextest's setup script would have started the servers.
        let servers = shared::Servers::start(&paths::data_dir()?).await?;
        let env = servers.env();
        let env = [(env[0].0, env[0].1.as_str()), (env[1].0, env[1].1.as_str())];
        let mut args = vec!["test", "--workspace", "--all-targets", "--no-fail-fast"];
        if !self.filters.is_empty() {
            args.push("--");
            args.extend(filters);
        }
        done.cargo("tests", &args, &env).await
    }
}

impl Done {
    async fn cargo(&mut self, name: &'static str, args: &[&str], env: &[(&str, &str)]) -> anyhow::Result<()> {
        let step = progress::loud_step(format!("{name}: cargo {}", args.join(" ")));
        let mut command = workspace::cargo()?;
        command.args(args).envs(env.iter().copied());
        let outcome = workspace::run(&mut command).await;
        self.0.push((name, step.elapsed()));
        outcome.with_context(|| format!("{name}: cargo {}", args.join(" ")))?;
        step.done("");
        Ok(())
    }

    fn add(&mut self, name: &'static str, step: progress::Step) {
        self.0.push((name, step.elapsed()));
        step.done("");
    }
}

async fn has_nextest() -> bool {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["nextest", "--version"])
        .output()
        .await
        .is_ok_and(|output| output.status.success())
}
