//! The commit that a change is compared with, and what git knows of it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::workspace;

/// Names the commit to compare with. Empty: there is none, and everything is to be run.
pub(crate) const VARIABLE: &str = "CI_BASE";

/// The commit to compare with: the one that is given, else where this branch left main, else the commit before this.
pub(crate) fn find(given: Option<String>) -> anyhow::Result<Option<String>> {
    let given = given.or_else(|| std::env::var(VARIABLE).ok());
    match given.as_deref() {
        // All zeros: GitHub's word for the time before a branch's first push.
        Some(commit) if commit.chars().all(|c| c == '0') => Ok(None),
        // Named and absent: a shallow clone. To pass here would be to pass unchecked.
        Some(commit) => Ok(Some(resolve(commit)?.with_context(|| {
            format!("the commit {commit} to compare with is not in this clone")
        })?)),
        None => before(),
    }
}

fn before() -> anyhow::Result<Option<String>> {
    let head = resolve("HEAD")?;
    for main in ["origin/main", "main"] {
        let base = git(&["merge-base", "HEAD", main])?;
        if base.is_some() && base != head {
            return Ok(base);
        }
    }
    resolve("HEAD^")
}

fn resolve(commit: &str) -> anyhow::Result<Option<String>> {
    git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &format!("{commit}^{{commit}}"),
    ])
}

/// Paths that differ between the base and what is checked out; a file that was moved counts as two.
pub(crate) fn changed(base: &str) -> anyhow::Result<Vec<String>> {
    let listed = git(&["diff", "--name-only", "--no-renames", "-z", base])?;
    let listed = listed.context("git cannot compare with the base")?;
    Ok(names(&listed))
}

/// The files in a folder of a commit, as paths from the root.
pub(crate) fn files(base: &str, folder: &str) -> anyhow::Result<Vec<String>> {
    let listed = git(&["ls-tree", "-r", "--name-only", "-z", base, "--", folder])?;
    Ok(names(&listed.context("git cannot list the base's files")?))
}

/// A file of a commit.
pub(crate) fn file(base: &str, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let output = run(&["cat-file", "blob", &format!("{base}:{path}")])?;
    Ok(output.status.success().then_some(output.stdout))
}

/// The files that git keeps or would keep.
pub(crate) fn tracked() -> anyhow::Result<Vec<String>> {
    let listed = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    Ok(names(&listed.context("git cannot list files")?))
}

/// The base checked out in a folder of its own.
pub(crate) fn check_out(base: &str, folder: &Path) -> anyhow::Result<()> {
    // What an earlier run left.
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let folder = folder
        .to_str()
        .context("the path of the target folder is not text")?;
    run(&["worktree", "prune"])?;
    let output = run(&["worktree", "add", "--detach", folder, base])?;
    if output.status.success() {
        return Ok(());
    }
    bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end())
}

fn names(listed: &str) -> Vec<String> {
    listed
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What git answers; `None` when it says no.
fn git(args: &[&str]) -> anyhow::Result<Option<String>> {
    let output = run(args)?;
    if !output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8(output.stdout).context("git answered with something that is not text")?;
    Ok(Some(text.trim().to_owned()))
}

fn run(args: &[&str]) -> anyhow::Result<std::process::Output> {
    Command::new("git")
        .current_dir(workspace::root()?)
        .args(args)
        .output()
        .context("cannot run git")
}
