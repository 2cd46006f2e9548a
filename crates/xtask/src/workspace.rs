//! The workspace that this program belongs to: its root, and its binaries.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use tokio::process::Command;

/// The binaries that make up the running service, each in a package of the same name.
pub(crate) const SERVICE: [&str; 5] = [
    "loadsure-api",
    "loadsure-worker",
    "loadsure-queue-monitor",
    "loadsure-sandbox",
    "loadsurectl",
];

/// Names the root of another copy of the workspace, on which to work instead.
pub(crate) const ROOT_VARIABLE: &str = "XTASK_ROOT";

/// The workspace's root.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    if let Some(other) = std::env::var_os(ROOT_VARIABLE) {
        return Ok(other.into());
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here
        .ancestors()
        .nth(2)
        .context("xtask is not inside a workspace")?;
    if root.join("Cargo.toml").is_file() {
        return Ok(root.to_path_buf());
    }
    bail!("the workspace at {} is gone: build xtask again", root.display())
}

/// The target folder.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    loadsure_testkit::paths::target_dir().context("cannot find the target folder")
}

/// Which binaries to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub(crate) fn release_if(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }

    /// The path of a built binary.
    pub(crate) fn binary(self, name: &str) -> anyhow::Result<PathBuf> {
        Ok(target()?.join(self.folder()).join(name))
    }
}

/// `cargo` in the workspace's root. The target folder is the one that this program lies in, whatever
/// the environment says, so that the binaries are found afterwards.
pub(crate) fn cargo() -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root()?)
        .env("CARGO_TARGET_DIR", target()?)
        .stdin(Stdio::null());
    Ok(command)
}

/// Runs a command whose output goes to the terminal; a bad exit is an error.
pub(crate) async fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = format!("{:?}", command.as_std());
    let status = command
        .status()
        .await
        .with_context(|| format!("cannot run {line}"))?;
    if status.success() {
        return Ok(());
    }
    bail!("failed with {status}")
}

/// Builds the service's binaries.
pub(crate) async fn build(profile: Profile) -> anyhow::Result<()> {
    let mut command = cargo()?;
    command.arg("build");
    for name in SERVICE {
        command.args(["--package", name]);
    }
    if profile == Profile::Release {
        command.arg("--release");
    }
    run(&mut command).await.context("the build failed")
}
