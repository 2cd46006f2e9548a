//! A running program.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::{Error, ready};
use crate::child::{LOOK_EVERY, Step, Supervised, Target, log};

/// A running program. Dropping it ends it, see [`super::Program::ended_in_order`].
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Supervised,
    log: PathBuf,
    log_start: u64,
}

impl Process {
    pub(super) fn new(name: String, child: Supervised, log: PathBuf, log_start: u64) -> Self {
        Self {
            name,
            child,
            log,
            log_start,
        }
    }

    /// The binary's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id, which is also that of its group.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// The file that takes both outputs.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Everything that it has written so far.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn output(&self) -> Result<String, Error> {
        log::since(&self.log, self.log_start).map_err(self.error("read the log of"))
    }

    /// The last lines that it has written, for an error text.
    #[must_use]
    pub fn tail(&self) -> String {
        log::tail(&self.log, self.log_start)
    }

    /// Waits for a whole line that contains `text`, and returns that line.
    ///
    /// # Errors
    /// When the program ends first, or time runs out.
    pub async fn wait_for_line(&mut self, text: &str, at_most: Duration) -> Result<String, Error> {
        let deadline = Instant::now() + at_most;
        loop {
            // Asked before the log is read: what it wrote before it ended must not be missed.
            let status = self.exited()?;
            let output = self.output()?;
            let whole = output.rfind('\n').map_or("", |end| &output[..end]);
            if let Some(line) = whole.lines().find(|line| line.contains(text)) {
                return Ok(line.to_owned());
            }
            self.go_on(status, deadline, at_most, || format!("a line with `{text}`"))?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until `GET url` is answered with 200. `url` is `http://host:port/path`.
    ///
    /// # Errors
    /// When the program ends first, or time runs out.
    pub async fn wait_for_http(&mut self, url: &str, at_most: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + at_most;
        loop {
            if ready::answers_200(url).await {
                return Ok(());
            }
            let status = self.exited()?;
            self.go_on(status, deadline, at_most, || format!("200 from {url}"))?;
            tokio::time::sleep(LOOK_EVERY * 4).await;
        }
    }

    /// The exit status, if it has ended.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>, Error> {
        let exited = self.child.exited();
        exited.map_err(self.error("watch"))
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When time runs out; it then goes on running.
    pub async fn wait(&mut self, at_most: Duration) -> Result<ExitStatus, Error> {
        let waited = self.child.wait(at_most).await;
        waited
            .map_err(self.error("wait for"))?
            .ok_or_else(|| self.timed_out("its end".to_owned(), at_most))
    }

    /// Asks it to end in good order.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn sigterm(&self) -> Result<(), Error> {
        self.signal(Step::Terminate)
    }

    /// Kills it as a crash would. What it started lives on, until the [`Process`] is dropped.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn sigkill(&self) -> Result<(), Error> {
        self.signal(Step::Kill)
    }

    /// Freezes it: sockets stay open, nothing is answered.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn sigstop(&self) -> Result<(), Error> {
        self.signal(Step::Stop)
    }

    /// Lets it go on after [`Process::sigstop`].
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn sigcont(&self) -> Result<(), Error> {
        self.signal(Step::Continue)
    }

    /// Ends it as dropping it would, without blocking the runtime.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn end(self) -> Result<ExitStatus, Error> {
        let Self { name, child, .. } = self;
        child.end_off_thread().await.map_err(|source| Error::Io {
            doing: "end",
            name,
            source,
        })
    }

    fn signal(&self, step: Step) -> Result<(), Error> {
        self.child
            .signal(step, Target::Process)
            .map_err(self.error("signal"))
    }

    /// Whether waiting may go on.
    fn go_on(
        &self,
        status: Option<ExitStatus>,
        deadline: Instant,
        at_most: Duration,
        what: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if let Some(status) = status {
            let log_tail = self.tail();
            return Err(Error::EndedEarly {
                name: self.name.clone(),
                status: status.to_string(),
                log: self.log.clone(),
                log_tail,
            });
        }
        if Instant::now() >= deadline {
            return Err(self.timed_out(what(), at_most));
        }
        Ok(())
    }

    fn timed_out(&self, what: String, after: Duration) -> Error {
        Error::TimedOut {
            name: self.name.clone(),
            what,
            after,
            log: self.log.clone(),
            log_tail: self.tail(),
        }
    }

    fn error(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error + use<> {
        let name = self.name.clone();
        move |source| Error::Io { doing, name, source }
    }
}
