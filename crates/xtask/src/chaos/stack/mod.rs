//! The stack that is maltreated: several apis and workers, a monitor, and their servers, each server
//! behind a proxy that can misbehave.

mod binaries;
mod fleet;
mod member;
mod redis;
mod sandbox;
mod settings;
mod start;

use std::time::Duration;

use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::Postgres;
use tokio::sync::Mutex;

pub(crate) use fleet::{DRAINED_WITHIN, Exit, Fleet};
pub(crate) use member::{Doom, Role};
pub(crate) use redis::Redis;
pub(crate) use sandbox::Sandbox;

use crate::state::Lock;

/// Time that a program gets to become ready. The machine may be busy with other builds.
pub(crate) const READY_WITHIN: Duration = Duration::from_secs(60);

/// How large the stack is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) apis: u16,
    pub(crate) workers: u16,
    /// Whether the programs are built first, or those of the last run are taken.
    pub(crate) build: bool,
}

/// Variables of `loadsurectl`.
type CtlEnv = Vec<(&'static str, String)>;

/// Everything that runs. The order of the fields is the order in which a failed run is taken down.
pub(crate) struct Stack {
    pub(crate) fleet: Fleet,
    pub(crate) sandbox: Sandbox,
    pub(crate) insurer_proxy: Proxy,
    pub(crate) redis: Mutex<Redis>,
    pub(crate) redis_proxy: Proxy,
    pub(crate) postgres: Mutex<Postgres>,
    pub(crate) postgres_proxy: Proxy,
    /// The database, not through the proxy.
    pub(crate) database_url: String,
    /// An API key with all scopes.
    pub(crate) key: String,
    /// Environment of `loadsurectl`, straight to the servers.
    ctl_env: CtlEnv,
    _lock: Lock,
}

impl Stack {
    /// Builds the programs and starts everything; returns when every api and worker is ready.
    pub(crate) async fn start(size: Size) -> anyhow::Result<Self> {
        start::all(size).await
    }

    /// `host:port` of each api.
    pub(crate) fn apis(&self) -> Vec<String> {
        self.fleet.hosts(Role::Api)
    }

    /// The output of `loadsurectl` with these arguments.
    pub(crate) async fn ctl(&self, args: &[&str]) -> anyhow::Result<String> {
        start::ctl(&self.ctl_env, args).await
    }

    /// Ends all programs in good order, and tells how each ended.
    pub(crate) async fn stop(self) -> anyhow::Result<Vec<Exit>> {
        let exits = self.fleet.stop().await?;
        self.sandbox.stop().await?;
        self.redis.into_inner().kill().await?;
        self.postgres.into_inner().stop().await?;
        Ok(exits)
    }
}
