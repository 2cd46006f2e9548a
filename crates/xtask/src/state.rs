//! What `up` leaves for `down` and for a second `up`: the folder `target/up`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::workspace;

/// The running stack, as written to `state.json`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct State {
    /// The process that holds everything; SIGTERM to it ends the stack.
    pub(crate) pid: u32,
    /// `http://127.0.0.1:<port>`
    pub(crate) url: String,
    /// The demo key; none with `AUTH_MODE=open`.
    pub(crate) key: Option<String>,
    /// What the stack talks to, for people: `(name, URL or where it comes from)`.
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) api_pid: u32,
    pub(crate) monitor_pid: u32,
}

/// The folder of the running stack.
#[derive(Clone, Debug)]
pub(crate) struct Home(PathBuf);

/// Held by the process that owns the stack; falls with it.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Home {
    pub(crate) fn of_up() -> anyhow::Result<Self> {
        Self::at(workspace::target()?.join("up"))
    }

    pub(crate) fn at(dir: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(dir.join("logs")).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Self(dir))
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    /// The log of one program.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.0.join("logs").join(format!("{name}.log"))
    }

    /// The lock, unless a living process holds it: then a stack is running.
    pub(crate) fn lock(&self) -> anyhow::Result<Option<Lock>> {
        let path = self.0.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// The running stack's state; `None` while it is still starting.
    pub(crate) fn read(&self) -> anyhow::Result<Option<State>> {
        match fs::read(self.state_file()) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .context("cannot understand state.json"),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("cannot read state.json"),
        }
    }

    /// Written under another name first, so that a reader sees all of it or nothing. It holds the
    /// demo key, hence the mode.
    pub(crate) fn write(&self, state: &State) -> anyhow::Result<()> {
        let unfinished = self.0.join("state.json.new");
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.write_all(&serde_json::to_vec_pretty(state)?)?;
        fs::rename(&unfinished, self.state_file()).context("cannot write state.json")
    }

    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        match fs::remove_file(self.state_file()) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).context("cannot remove state.json")
            }
            _ => Ok(()),
        }
    }

    fn state_file(&self) -> PathBuf {
        self.0.join("state.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("up")).unwrap();
        (dir, home)
    }

    #[test]
    fn one_process_at_a_time_holds_the_stack() {
        let (_dir, home) = home();
        let held = home.lock().unwrap().unwrap();
        assert!(home.lock().unwrap().is_none());
        drop(held);
        assert!(home.lock().unwrap().is_some());
    }

    #[test]
    fn a_state_is_read_back_and_cleared() {
        let (_dir, home) = home();
        assert_eq!(home.read().unwrap(), None);
        let state = State {
            pid: 7,
            url: "http://127.0.0.1:3000".into(),
            key: Some("k".into()),
            parts: vec![("Redis".into(), "redis://127.0.0.1:1".into())],
            api_pid: 8,
            monitor_pid: 9,
        };
        home.write(&state).unwrap();
        assert_eq!(home.read().unwrap(), Some(state));
        home.clear().unwrap();
        home.clear().unwrap();
        assert_eq!(home.read().unwrap(), None);
    }
}
