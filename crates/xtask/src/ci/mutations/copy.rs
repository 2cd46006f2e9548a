//! The copy that is broken, and how.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::workspace;

/// A change of files.
pub(super) enum Edit {
    /// Adds text at a file's end.
    Append(&'static str, &'static str),
    /// Replaces the first place where a text stands.
    Replace(&'static str, &'static str, &'static str),
    /// Writes a new file.
    Create(&'static str, &'static str),
    /// Writes the migration that follows the last.
    NextMigration(&'static str),
}

impl Edit {
    /// The file that is written and what it then holds.
    pub(super) fn applied(&self, root: &Path) -> anyhow::Result<(PathBuf, String)> {
        let read =
            |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
        Ok(match *self {
            Self::Append(path, text) => (path.into(), read(path)? + text),
            Self::Replace(path, before, after) => {
                let text = read(path)?;
                if !text.contains(before) {
                    bail!("{path} does not hold `{before}`");
                }
                (path.into(), text.replacen(before, after, 1))
            }
            Self::Create(path, text) => (path.into(), text.to_owned()),
            Self::NextMigration(text) => {
                let names = fs::read_dir(root.join("migrations"))?;
                let migration = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().ends_with(".sql");
                let next = names.filter_map(Result::ok).filter(migration).count() + 1;
                (
                    format!("migrations/V{next:04}__broken.sql").into(),
                    text.to_owned(),
                )
            }
        })
    }
}

/// A clone of the last commit.
pub(super) struct Copy(PathBuf);

impl Copy {
    pub(super) fn make() -> anyhow::Result<Self> {
        let root = workspace::target()?.join("ci/broken");
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        let copy = Self(root);
        let mut clone = Command::new("git");
        clone
            .args(["clone", "--quiet", "--shared", "--no-tags"])
            .arg(workspace::root()?)
            .arg(&copy.0);
        succeed(&mut clone)?;
        Ok(copy)
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    pub(super) fn edit(&self, edit: &Edit) -> anyhow::Result<()> {
        let (path, text) = edit.applied(&self.0)?;
        let path = self.0.join(path);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    pub(super) fn restore(&self) -> anyhow::Result<()> {
        for args in [
            &["checkout", "--quiet", "--", "."][..],
            &["clean", "--quiet", "--force", "-d"],
        ] {
            succeed(Command::new("git").current_dir(&self.0).args(args))?;
        }
        Ok(())
    }
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().context("cannot run git")?;
    if output.status.success() {
        return Ok(());
    }
    bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end())
}
