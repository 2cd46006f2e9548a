//! What starting a server has in common for both kinds.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Error;
use crate::child::{Ending, LOOK_EVERY, Supervised, log};

/// Time a server gets to become ready. Generous: recovery after a crash on a busy disk takes seconds.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A server that is about to run.
pub(super) struct Launch<'a> {
    pub(super) program: &'static str,
    pub(super) command: Command,
    pub(super) port: u16,
    pub(super) log: &'a Path,
    pub(super) ending: &'static Ending,
}

/// Why a server did not become ready.
pub(super) enum Failure {
    /// Another program has the port.
    PortTaken,
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Launch<'_> {
    /// Runs the server and asks `ready` until it says yes.
    pub(super) async fn run<F>(mut self, ready: impl Fn() -> F) -> Result<Supervised, Failure>
    where
        F: Future<Output = bool>,
    {
        if TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            // Seen here and not in the server's log, since the other program might pass for ours when probed.
            return Err(Failure::PortTaken);
        }
        let (out, err, log_start) = log::open(self.log).map_err(Error::file("open", self.log))?;
        self.command.stdin(Stdio::null()).stdout(out).stderr(err);
        let mut child = Supervised::spawn(&mut self.command, self.ending).map_err(|source| Error::Spawn {
            program: self.program.to_owned(),
            source,
        })?;
        let begun = Instant::now();
        loop {
            if let Some(status) = child.exited().map_err(Error::control(self.program))? {
                return Err(self.ended_early(status.to_string(), log_start));
            }
            if ready().await {
                return Ok(child);
            }
            if begun.elapsed() > READY_WITHIN {
                let log_tail = log::tail(self.log, log_start);
                return Err(Error::NotReady {
                    program: self.program,
                    after: READY_WITHIN,
                    log_tail,
                }
                .into());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn ended_early(&self, status: String, log_start: u64) -> Failure {
        let log_tail = log::tail(self.log, log_start);
        if log_tail.contains("ddress already in use") {
            return Failure::PortTaken;
        }
        Error::EndedEarly {
            program: self.program,
            status,
            log_tail,
        }
        .into()
    }
}
