//! Finds PostgreSQL and Redis, and installs what is missing where that can be done.

mod apt;
mod plan;

use anyhow::bail;
use loadsure_testkit::servers::{find_postgres, find_redis};
use tokio::process::Command;

use crate::progress;
use crate::workspace;
use plan::{Machine, Missing, Plan};

/// Which servers are wanted. A server that the environment names is not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) postgres: bool,
    pub(crate) redis: bool,
}

/// Makes sure that the wanted servers' programs are there.
pub(crate) async fn ensure(wanted: Wanted, may_install: bool) -> anyhow::Result<()> {
    if wanted.postgres && std::env::var_os("PG_BIN").is_some() {
        // A wrong PG_BIN is not cured by a package.
        find_postgres()?;
    }
    let missing = Missing {
        postgres: wanted.postgres && find_postgres().is_err(),
        redis: wanted.redis && find_redis().is_err(),
    };
    match plan::decide(missing, &look_around(missing, may_install).await) {
        Plan::Nothing => Ok(()),
        Plan::Apt(what) => apt::install(what).await,
        Plan::Refuse(sentence) => bail!(sentence),
    }
}

async fn look_around(missing: Missing, may_install: bool) -> Machine {
    if missing == Missing::default() {
        return Machine::default();
    }
    let compose = workspace::root().is_ok_and(|root| root.join("compose.yaml").is_file());
    Machine {
        may_install,
        root: rustix::process::getuid().is_root(),
        apt: succeeds("apt-get", &["--version"]).await,
        docker: compose && succeeds("docker", &["version"]).await,
    }
}

/// Whether a command can be run and exits well. `docker version` does only when the engine answers.
async fn succeeds(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .output()
        .await
        .is_ok_and(|output| output.status.success())
}

/// Says which programs are used.
pub(crate) fn tell_found(wanted: Wanted) {
    if let (true, Ok(folder)) = (wanted.postgres, find_postgres()) {
        progress::say(format!("PostgreSQL from {}", folder.display()));
    }
    if let (true, Ok(program)) = (wanted.redis, find_redis()) {
        progress::say(format!("Redis from {}", program.display()));
    }
}
