//! Copies of what is evaluated, to be edited.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Both environments.
pub(crate) const ENVIRONMENTS: [&str; 2] = ["staging", "production"];

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder that is removed in the end.
pub(crate) struct Tree(TempDir);

impl Tree {
    /// An empty one.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `infra` and `.do` as they are in this repository.
    pub(crate) fn copied() -> Self {
        let tree = Self::empty();
        for folder in ["infra", ".do"] {
            copy(&repository().join(folder), &tree.root().join(folder));
        }
        tree
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces the first `from` in a file, which must be there.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root().join(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if !path.is_dir() {
            fs::copy(path, to).unwrap();
        } else if entry.file_name() != ".terraform" {
            copy(&path, &to);
        }
    }
}
