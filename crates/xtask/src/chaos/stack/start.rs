//! Starts the programs in the order in which they need each other.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use loadsure_testkit::process::Program;
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::{Durability, Postgres, PostgresOptions, free_port};
use serde::Deserialize;
use tokio::process::Command;
use tokio::sync::Mutex;

use super::member::{Member, Role};
use super::redis::Redis;
use super::sandbox::Sandbox;
use super::{CtlEnv, Fleet, Size, Stack, binaries, settings};
use crate::progress;
use crate::state::{Home, Lock};
use crate::{stack, workspace};

const DATABASE: &str = "chaos";
/// Scopes of the clients' key: all of them.
const SCOPES: &str = "quotes,bookings,read,webhooks,ops";
/// What the sandbox accepts. It guards nothing: it ends with the run.
const INSURER_KEY: &str = "chaos-run-insurer-key-0123456789";

pub(super) async fn all(size: Size) -> anyhow::Result<Stack> {
    let home = Home::at(workspace::target()?.join("chaos"))?;
    let lock = home.lock()?.context("another chaos run is under way")?;
    forget_logs(&home)?;
    let bin = home.dir().join("bin");
    if size.build {
        binaries::build(&bin).await?;
    }
    let servers = Servers::start(&home, &bin).await?;
    let step = progress::step(format!(
        "Starting {} apis and {} workers",
        size.apis, size.workers
    ));
    let builder = Builder {
        home: &home,
        bin: &bin,
        servers: &servers,
    };
    let ctl_env = builder.ctl_env();
    ctl(&ctl_env, &["migrate"])
        .await
        .context("the migrations failed")?;
    let key = client_key(&ctl_env).await?;
    let fleet = builder.fleet(size).await?;
    for member in fleet.members() {
        member
            .ready()
            .await
            .with_context(|| format!("{} did not become ready", member.name))?;
    }
    step.done("");
    Ok(servers.into_stack(fleet, (key, ctl_env), lock))
}

/// The output of `loadsurectl`.
pub(super) async fn ctl(env: &[(&'static str, String)], args: &[&str]) -> anyhow::Result<String> {
    let path = workspace::target()?.join("chaos/bin/loadsurectl");
    let mut command = Command::new(path);
    command
        .envs(env.iter().map(|(name, value)| (*name, value)))
        .args(args)
        .stdin(std::process::Stdio::null());
    stack::answer(&mut command).await
}

async fn client_key(env: &[(&'static str, String)]) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Created {
        key: String,
    }
    let printed = ctl(
        env,
        &["keys", "create", "--name", "chaos", "--scopes", SCOPES, "--json"],
    )
    .await?;
    let created: Created = serde_json::from_str(&printed).context("`keys create --json` printed no key")?;
    Ok(created.key)
}

/// Logs are appended to, since processes come back; those of the last run would mislead.
fn forget_logs(home: &Home) -> anyhow::Result<()> {
    let folder = home.dir().join("logs");
    std::fs::remove_dir_all(&folder)?;
    std::fs::create_dir_all(&folder).context("cannot make the folder of the logs")
}

/// What the service needs.
struct Servers {
    postgres: Postgres,
    postgres_proxy: Proxy,
    redis: Redis,
    redis_proxy: Proxy,
    sandbox: Sandbox,
    insurer_proxy: Proxy,
}

impl Servers {
    async fn start(home: &Home, bin: &Path) -> anyhow::Result<Self> {
        let step = progress::step("Starting PostgreSQL, Redis and the sandbox insurer");
        let options = PostgresOptions::new(home.dir().join("postgres")).durability(Durability::Real);
        let postgres = Postgres::start(options).await?;
        postgres.drop_database(DATABASE).await?;
        postgres.ensure_database(DATABASE).await?;
        let redis = Redis::in_folder(&home.dir().join("redis")).await?;
        let program = Program::at(bin.join("loadsure-sandbox"))
            .env("SANDBOX_ADDR", "127.0.0.1:0")
            .env("SANDBOX_API_KEY", INSURER_KEY)
            .without_env("SANDBOX_LEDGER_FILE")
            .log(home.log("sandbox"));
        let sandbox = Sandbox::start(program).await?;
        let servers = Self {
            postgres_proxy: Proxy::start(format!("127.0.0.1:{}", postgres.port())).await?,
            redis_proxy: Proxy::start(format!("127.0.0.1:{}", redis.port())).await?,
            insurer_proxy: Proxy::start(sandbox.host()).await?,
            postgres,
            redis,
            sandbox,
        };
        step.done("");
        Ok(servers)
    }

    fn into_stack(self, fleet: Fleet, (key, ctl_env): (String, CtlEnv), lock: Lock) -> Stack {
        Stack {
            fleet,
            sandbox: self.sandbox,
            insurer_proxy: self.insurer_proxy,
            redis: Mutex::new(self.redis),
            redis_proxy: self.redis_proxy,
            database_url: self.postgres.url(DATABASE),
            postgres: Mutex::new(self.postgres),
            postgres_proxy: self.postgres_proxy,
            key,
            ctl_env,
            _lock: lock,
        }
    }
}

/// Makes programs with their environment.
struct Builder<'a> {
    home: &'a Home,
    bin: &'a Path,
    servers: &'a Servers,
}

impl Builder<'_> {
    async fn fleet(&self, size: Size) -> anyhow::Result<Fleet> {
        let mut members = vec![self.member("monitor", Role::Monitor).await?];
        for number in 1..=size.workers {
            members.push(self.member(&format!("worker-{number}"), Role::Worker).await?);
        }
        for number in 1..=size.apis {
            members.push(self.member(&format!("api-{number}"), Role::Api).await?);
        }
        Ok(Fleet::new(members))
    }

    async fn member(&self, name: &str, role: Role) -> anyhow::Result<Member> {
        let port = free_port()?;
        let host = format!("127.0.0.1:{port}");
        let (binary, own): (&str, &[(&str, &str)]) = match role {
            Role::Api => ("loadsure-api", &[]),
            Role::Worker => ("loadsure-worker", &settings::WORKER),
            Role::Monitor => ("loadsure-queue-monitor", &settings::MONITOR),
        };
        let program = Program::at(self.bin.join(binary))
            .envs(settings::COMMON)
            .envs(self.addresses())
            .envs(own.iter().copied())
            .env("INSTANCE_NAME", name)
            .without_env("OTEL_EXPORTER_OTLP_ENDPOINT")
            .log(self.home.log(name));
        let program = match role {
            Role::Api => program.env("PORT", port.to_string()),
            Role::Worker | Role::Monitor => program.env("METRICS_ADDR", &host),
        };
        Member::start(name.to_owned(), role, host, program).await
    }

    /// Where the servers are, through the proxies.
    fn addresses(&self) -> [(&'static str, String); 5] {
        let insurer: SocketAddr = self.servers.insurer_proxy.addr();
        let redis = format!("redis://{}", self.servers.redis_proxy.addr());
        [
            (
                "DATABASE_URL",
                self.database_at(self.servers.postgres_proxy.addr().port()),
            ),
            ("REDIS_URL", redis.clone()),
            ("REDIS_CACHE_URL", redis),
            ("LOADSURE_BASE_URL", format!("http://{insurer}")),
            ("LOADSURE_API_KEY", INSURER_KEY.to_owned()),
        ]
    }

    fn ctl_env(&self) -> CtlEnv {
        let common = settings::COMMON
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let redis = format!("redis://127.0.0.1:{}", self.servers.redis.port());
        let mut env: Vec<_> = common.collect();
        env.extend(self.addresses());
        env.push(("DATABASE_URL", self.database_at(self.servers.postgres.port())));
        env.push(("REDIS_URL", redis.clone()));
        env.push(("REDIS_CACHE_URL", redis));
        env.push((
            "LOADSURE_BASE_URL",
            format!("http://{}", self.servers.sandbox.host()),
        ));
        env
    }

    fn database_at(&self, port: u16) -> String {
        let (own, other) = (self.servers.postgres.port().to_string(), port.to_string());
        self.servers
            .postgres
            .url(DATABASE)
            .replace(&format!(":{own}/"), &format!(":{other}/"))
    }
}
