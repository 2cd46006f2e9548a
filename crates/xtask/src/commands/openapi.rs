//! `openapi`: keeps docs/openapi.json equal to the code.

use std::fs;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::progress;
use crate::workspace::{self, Profile};

/// Arguments of `openapi`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Changes nothing; fails when the file differs from the code.
    #[arg(long)]
    check: bool,
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        if self.check {
            return build_and_check().await;
        }
        build().await?;
        write().await
    }
}

/// Fails when docs/openapi.json differs from the code.
pub(crate) async fn build_and_check() -> anyhow::Result<()> {
    build().await?;
    check().await
}

async fn build() -> anyhow::Result<()> {
    let mut build = workspace::cargo()?;
    let built = workspace::run(build.args(["build", "--package", "loadsure-api"])).await;
    built.context("the build failed")
}

/// Fails when docs/openapi.json differs from what the built `loadsure-api` says.
pub(crate) async fn check() -> anyhow::Result<()> {
    let path = workspace::root()?.join("docs/openapi.json");
    let written = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if written == described().await? {
        return Ok(());
    }
    bail!("docs/openapi.json differs from the code: run `cargo xtask openapi` and commit the result")
}

async fn write() -> anyhow::Result<()> {
    let path = workspace::root()?.join("docs/openapi.json");
    let text = described().await?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    progress::say(format!("wrote {}", path.display()));
    Ok(())
}

/// The description that the api prints; it ends in one newline.
async fn described() -> anyhow::Result<String> {
    let api = Profile::Dev.binary("loadsure-api")?;
    let output = Command::new(&api).arg("openapi").output().await;
    let output = output.with_context(|| format!("cannot run {}", api.display()))?;
    if !output.status.success() {
        bail!(
            "`loadsure-api openapi` failed:\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    let text = String::from_utf8(output.stdout)
        .context("`loadsure-api openapi` printed something that is not text")?;
    Ok(format!("{}\n", text.trim_end()))
}
