//! Installs the servers' packages on Debian and Ubuntu, and nothing but the packages: their own
//! services are not started and no cluster is made, since the servers here are private ones.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::process::Command;

use super::plan::Missing;
use crate::{progress, workspace};

/// Asked by package scripts before they start a service; 101 forbids it.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// Read by the PostgreSQL packages before they make the cluster `main`.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/loadsure-no-cluster.conf";

/// The version this project is tested with; where it is not packaged the distribution's own is taken.
const POSTGRES: &str = "postgresql-15";

pub(super) async fn install(missing: Missing) -> anyhow::Result<()> {
    let step = progress::loud_step("Installing the packages of the missing servers with apt-get");
    let _no_service = Passing::file(POLICY, "#!/bin/sh\nexit 101\n", 0o755)?;
    let _no_cluster = Passing::file(NO_CLUSTER, "create_main_cluster = false\n", 0o644)?;
    workspace::run(&mut apt(&["update"]))
        .await
        .context("apt-get update")?;
    let mut packages = Vec::new();
    if missing.postgres {
        packages.push(postgres_package().await);
    }
    if missing.redis {
        packages.push("redis-server");
    }
    progress::say(format!("apt-get install {}", packages.join(" ")));
    let mut command = apt(&["install", "-y", "--no-install-recommends"]);
    workspace::run(command.args(&packages))
        .await
        .context("apt-get install")?;
    step.done("their own services are left off");
    Ok(())
}

fn apt(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["-o", "DPkg::Lock::Timeout=300", "-q"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

async fn postgres_package() -> &'static str {
    let shown = Command::new("apt-cache").args(["show", POSTGRES]).output().await;
    if shown.is_ok_and(|output| output.status.success()) {
        POSTGRES
    } else {
        "postgresql"
    }
}

/// A file that is there while packages are installed and goes again. One that was there before is left alone.
struct Passing(Option<PathBuf>);

impl Passing {
    fn file(path: &str, text: &str, mode: u32) -> anyhow::Result<Self> {
        let path = Path::new(path);
        if path.exists() {
            return Ok(Self(None));
        }
        write(path, text, mode).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(Some(path.to_path_buf())))
    }
}

fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

impl Drop for Passing {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.as_deref().map(fs::remove_file) {
            progress::say(format!(
                "a file made for the installation could not be removed: {error}"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passing_file_goes_and_an_older_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/policy");
        let name = path.to_str().unwrap();
        drop(Passing::file(name, "x", 0o755).unwrap());
        assert!(!path.exists());
        write(&path, "mine", 0o644).unwrap();
        drop(Passing::file(name, "x", 0o755).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }
}
