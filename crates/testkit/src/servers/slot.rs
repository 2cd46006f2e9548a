//! A data folder that one program at a time may use.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use super::Error;

/// More test programs than this never run at once.
const SLOTS: u32 = 256;

/// A numbered folder, locked for as long as the value lives. Folders are reused, so that `initdb`
/// runs once per folder and not once per run; the lock falls with the process that holds it.
#[derive(Debug)]
pub struct Slot {
    dir: PathBuf,
    _lock: File,
}

impl Slot {
    /// The first folder `<parent>/<name>-<n>` that no living program holds.
    ///
    /// # Errors
    /// When the folder or its lock cannot be made.
    pub fn take(parent: &Path, name: &str) -> Result<Self, Error> {
        std::fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        for number in 0..SLOTS {
            let dir = parent.join(format!("{name}-{number}"));
            if let Some(lock) = try_lock(&dir.with_extension("lock"))? {
                std::fs::create_dir_all(&dir).map_err(Error::file("create", &dir))?;
                return Ok(Self { dir, _lock: lock });
            }
        }
        Err(Error::File {
            doing: "find an unused folder in",
            path: parent.to_path_buf(),
            source: std::io::ErrorKind::WouldBlock.into(),
        })
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

fn try_lock(path: &Path) -> Result<Option<File>, Error> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(Error::file("open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(source)) => Err(Error::file("lock", path)(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_folder_is_passed_over_and_a_released_one_reused() {
        let parent = tempfile::tempdir().unwrap();
        let first = Slot::take(parent.path(), "run").unwrap();
        let second = Slot::take(parent.path(), "run").unwrap();
        assert_ne!(first.dir(), second.dir());
        let released = first.dir().to_path_buf();
        drop(first);
        assert_eq!(Slot::take(parent.path(), "run").unwrap().dir(), released);
    }
}
