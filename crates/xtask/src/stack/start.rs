//! Starts the programs in the order in which they need each other.

use std::time::Duration;

use anyhow::{Context as _, bail};
use loadsure_testkit::process::Program;
use loadsure_testkit::servers::{Durability, Postgres, PostgresOptions, Redis, RedisOptions};
use serde::Deserialize;
use tokio::process::Command;

use super::env::{Env, given};
use super::member::Member;
use super::server::Server;
use super::{Insurer, Settings, Stack, answer};
use crate::progress;
use crate::state::State;

/// Time that a program gets to become ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// What the sandbox prints first, before its URL.
const SANDBOX_SAYS: &str = "listening on ";
/// The database of a private cluster.
const DATABASE: &str = "loadsure";
/// Scopes of the demo key: all of them.
const SCOPES: &str = "quotes,bookings,read,webhooks,ops";
/// Milliseconds between two looks of the queue monitor: at a laptop nobody waits 10 s for the first worker.
const CHECK_INTERVAL_MS: &str = "2000";

/// A start in progress.
struct Start<'a> {
    settings: &'a Settings,
    env: Env,
    stack: Stack,
    parts: Vec<(String, String)>,
}

pub(super) async fn all(settings: &Settings) -> anyhow::Result<(Stack, State)> {
    settings.check_port()?;
    let (env, stack) = (settings.env.clone(), Stack::default());
    let mut start = Start {
        settings,
        env,
        stack,
        parts: Vec::new(),
    };
    start.env.default_to("APP_ENV", "development");
    start.postgres().await?;
    start.redis().await?;
    start.migrate().await?;
    start.insurer().await?;
    let (api_pid, monitor_pid) = start.services().await?;
    let key = start.demo_key().await?;
    start.ready().await?;
    let parts = start.parts;
    let state = State {
        pid: std::process::id(),
        url: settings.url(),
        key,
        parts,
        api_pid,
        monitor_pid,
    };
    Ok((start.stack, state))
}

impl Start<'_> {
    async fn postgres(&mut self) -> anyhow::Result<()> {
        if given("DATABASE_URL").is_some() {
            self.part("PostgreSQL", "from DATABASE_URL");
            return Ok(());
        }
        let step = progress::step("Starting PostgreSQL");
        let options =
            PostgresOptions::new(self.settings.home.dir().join("postgres")).durability(Durability::Real);
        let postgres = Postgres::start(options).await?;
        if self.settings.fresh {
            postgres.drop_database(DATABASE).await?;
        }
        postgres.ensure_database(DATABASE).await?;
        let url = postgres.url(DATABASE);
        step.done(&url);
        self.env.set("DATABASE_URL", &url);
        self.part("PostgreSQL", &url);
        self.stack.postgres = Some(Server::new(postgres));
        Ok(())
    }

    async fn redis(&mut self) -> anyhow::Result<()> {
        if given("REDIS_URL").is_some() {
            self.part("Redis", "from REDIS_URL");
            return Ok(());
        }
        let step = progress::step("Starting Redis");
        let dir = self.settings.home.dir().join("redis");
        let redis = Redis::start(RedisOptions {
            dir,
            append_only: false,
            port: None,
        })
        .await?;
        step.done(redis.url());
        self.env.set("REDIS_URL", redis.url());
        self.part("Redis", &redis.url());
        self.stack.redis = Some(Server::new(redis));
        Ok(())
    }

    async fn migrate(&mut self) -> anyhow::Result<()> {
        let step = progress::step("Migrating the database");
        answer(self.ctl()?.arg("migrate"))
            .await
            .context("the migrations failed")?;
        step.done("");
        Ok(())
    }

    async fn insurer(&mut self) -> anyhow::Result<()> {
        let key = match &self.settings.insurer {
            Insurer::Given(url) => {
                self.part("Insurer", &format!("{url}: what is bought there is real"));
                return Ok(());
            }
            Insurer::Sandbox(key) => key,
        };
        let step = progress::step("Starting the sandbox insurer");
        let mut env = Env::default();
        env.default_to("SANDBOX_ADDR", "127.0.0.1:0");
        env.set("SANDBOX_API_KEY", key);
        if !self.settings.fresh {
            let ledger = self.settings.home.dir().join("sandbox-ledger");
            env.default_to("SANDBOX_LEDGER_FILE", ledger.to_string_lossy());
        }
        let mut sandbox = Member::start(self.program("loadsure-sandbox", &env)?).await?;
        let line = sandbox
            .process()
            .wait_for_line(SANDBOX_SAYS, READY_WITHIN)
            .await?;
        let url = line
            .split_once(SANDBOX_SAYS)
            .map(|(_, url)| url.trim())
            .context("the sandbox names no address")?;
        step.done(url);
        // Started again, it must be found where it was.
        sandbox.set_env("SANDBOX_ADDR", url.trim_start_matches("http://"));
        self.env.set("LOADSURE_BASE_URL", url);
        self.env.set("LOADSURE_API_KEY", key);
        self.part(
            "Insurer",
            &format!("{url}, a sandbox: no real insurance is bought"),
        );
        self.stack.sandbox = Some(sandbox);
        Ok(())
    }

    /// Starts the api and the queue monitor, which starts the workers.
    async fn services(&mut self) -> anyhow::Result<(u32, u32)> {
        let mut env = Env::default();
        env.set("PORT", self.settings.port.to_string());
        let api = Member::start(self.program("loadsure-api", &env)?).await?;

        let mut env = Env::default();
        env.default_to("SCALING_ACTUATOR", "process");
        env.default_to(
            "WORKER_BINARY",
            self.settings.profile.binary("loadsure-worker")?.to_string_lossy(),
        );
        env.default_to("CHECK_INTERVAL", CHECK_INTERVAL_MS);
        let monitor = Member::start(self.program("loadsure-queue-monitor", &env)?).await?;

        let pids = (api.pid(), monitor.pid());
        self.stack.api = Some(api);
        self.stack.monitor = Some(monitor);
        Ok(pids)
    }

    async fn demo_key(&mut self) -> anyhow::Result<Option<String>> {
        #[derive(Deserialize)]
        struct Created {
            key: String,
        }
        if self.settings.open {
            return Ok(None);
        }
        let mut ctl = self.ctl()?;
        let printed =
            answer(ctl.args(["keys", "create", "--name", "demo", "--scopes", SCOPES, "--json"])).await;
        let printed = printed.context("no demo key could be made")?;
        let created: Created =
            serde_json::from_str(&printed).context("`keys create --json` printed no key")?;
        Ok(Some(created.key))
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let step = progress::step("Waiting for the api");
        let url = format!("{}/health/ready", self.settings.url());
        let Some(api) = &mut self.stack.api else {
            bail!("the api was not started")
        };
        api.process().wait_for_http(&url, READY_WITHIN).await?;
        if let Some(monitor) = &mut self.stack.monitor {
            monitor.must_run()?;
        }
        step.done(self.settings.url());
        Ok(())
    }

    /// One of our binaries with the stack's environment, ended in order.
    fn program(&self, name: &str, extra: &Env) -> anyhow::Result<Program> {
        let program = Program::at(self.settings.profile.binary(name)?);
        Ok(program
            .envs(self.env.iter())
            .envs(extra.iter())
            .log(self.settings.home.log(name))
            .ended_in_order())
    }

    fn ctl(&self) -> anyhow::Result<Command> {
        let mut command = Command::new(self.settings.profile.binary("loadsurectl")?);
        command.envs(self.env.iter()).stdin(std::process::Stdio::null());
        Ok(command)
    }

    fn part(&mut self, name: &str, what: &str) {
        self.parts.push((name.to_owned(), what.to_owned()));
    }
}
