//! What to run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Error, Process, build};
use crate::child::{Ending, Step, Supervised, Target, log};
use crate::{db, paths};

/// What `Drop` does in tests: the process and all it started go at once.
const AT_ONCE: Ending = Ending(&[(Step::Kill, Target::Group, Duration::from_secs(10))]);

/// What `Drop` does for programs that are to finish their work.
const IN_ORDER: Ending = Ending(&[
    (Step::Terminate, Target::Process, Duration::from_secs(45)),
    (Step::Kill, Target::Group, Duration::from_secs(10)),
]);

/// A program with its arguments, environment and log.
#[derive(Clone, Debug)]
pub struct Program {
    name: String,
    path: Option<PathBuf>,
    args: Vec<OsString>,
    env: Vec<(OsString, Option<OsString>)>,
    log: Option<PathBuf>,
    in_order: bool,
}

impl Program {
    /// A binary of this workspace, e.g. `loadsure-worker`. See [`super::binary`].
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: None,
            args: Vec::new(),
            env: Vec::new(),
            log: None,
            in_order: false,
        }
    }

    /// Any other program.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        Self {
            path: Some(path),
            ..Self::new(name)
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Sets an environment variable. The rest of the environment is ours.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Sets several environment variables.
    #[must_use]
    pub fn envs<N: Into<OsString>, V: Into<OsString>>(self, all: impl IntoIterator<Item = (N, V)>) -> Self {
        all.into_iter()
            .fold(self, |program, (name, value)| program.env(name, value))
    }

    /// Keeps one of our environment variables from the program.
    #[must_use]
    pub fn without_env(mut self, name: impl Into<OsString>) -> Self {
        self.env.push((name.into(), None));
        self
    }

    /// The file that takes both outputs, appended to. Default: a new file under `target/testkit/logs`.
    #[must_use]
    pub fn log(mut self, path: impl Into<PathBuf>) -> Self {
        self.log = Some(path.into());
        self
    }

    /// Ends the program with SIGTERM and 45 s of patience when the [`Process`] is dropped, or when
    /// we die. Without this it is SIGKILL to its whole group.
    #[must_use]
    pub fn ended_in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Starts it, in a process group of its own.
    ///
    /// # Errors
    /// When the binary is missing and cannot be built, or the system refuses.
    pub async fn start(self) -> Result<Process, Error> {
        let path = match &self.path {
            Some(path) => path.clone(),
            None => build::binary(&self.name).await?,
        };
        let log = self.log_path().map_err(self.error("find a log file for"))?;
        let (out, err, log_start) = log::open(&log).map_err(self.error("open the log of"))?;
        let mut command = Command::new(path);
        command
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let ending = if self.in_order { &IN_ORDER } else { &AT_ONCE };
        let child = Supervised::spawn(&mut command, ending).map_err(self.error("start"))?;
        Ok(Process::new(self.name, child, log, log_start))
    }

    fn log_path(&self) -> std::io::Result<PathBuf> {
        if let Some(path) = &self.log {
            return Ok(path.clone());
        }
        Ok(paths::data_dir()?
            .join("logs")
            .join(format!("{}-{}.log", self.name, db::unique_name())))
    }

    fn error(&self, doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        let name = self.name.clone();
        move |source| Error::Io { doing, name, source }
    }
}
