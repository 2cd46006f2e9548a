//! The programs under test, in a folder of their own: the worker has crash points, which the worker of
//! the target folder must not have.

use std::path::Path;

use anyhow::Context as _;

use crate::progress;
use crate::workspace::{self, Profile, SERVICE};

/// The feature of the worker with places to crash at.
const CRASH_POINTS: &str = "loadsure-worker/crash-points";

/// Builds the programs, the worker with crash points, and copies them to `folder`.
pub(super) async fn build(folder: &Path) -> anyhow::Result<()> {
    let step = progress::loud_step("Building");
    let mut command = workspace::cargo()?;
    command.arg("build").args(["--features", CRASH_POINTS]);
    for name in SERVICE {
        command.args(["--package", name]);
    }
    workspace::run(&mut command).await.context("the build failed")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in SERVICE {
        copy(name, &folder.join(name))?;
    }
    // Puts the ordinary worker back; nothing is compiled when it was built before.
    let mut command = workspace::cargo()?;
    command.args(["build", "--quiet", "--package", "loadsure-worker"]);
    workspace::run(&mut command).await.context("the build failed")?;
    step.done("");
    Ok(())
}

/// As another name of the same file where that is possible, since the programs are large: what cargo builds later
/// is a new file, and leaves this one as it is. Under an unfinished name first, so that the name is always whole.
fn copy(name: &str, to: &Path) -> anyhow::Result<()> {
    let from = Profile::Dev.binary(name)?;
    let unfinished = to.with_extension("new");
    if unfinished.exists() {
        std::fs::remove_file(&unfinished)
            .with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    if std::fs::hard_link(&from, &unfinished).is_err() {
        std::fs::copy(&from, &unfinished).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    std::fs::rename(&unfinished, to).with_context(|| format!("cannot write {}", to.display()))
}
