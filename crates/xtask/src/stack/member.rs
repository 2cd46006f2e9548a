//! One of our programs, which is started again when it ends.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use loadsure_testkit::process::{Process, Program};

use crate::progress;

/// Pause before a program is started again. Long enough for a person who ended it to see what that does.
const PAUSE: Duration = Duration::from_secs(3);
/// A program that ended sooner than this after its start did not work.
const SETTLED: Duration = Duration::from_secs(20);
/// So many ends in a row without having settled are no accident.
const MOST_QUICK_ENDS: u32 = 3;

/// A running program and how to start it again.
#[derive(Debug)]
pub(crate) struct Member {
    program: Program,
    process: Process,
    started: Instant,
    ended: Option<Instant>,
    quick_ends: u32,
    pause: Duration,
}

impl Member {
    /// Starts the program.
    pub(crate) async fn start(program: Program) -> anyhow::Result<Self> {
        let process = program.clone().start().await?;
        Ok(Self {
            program,
            process,
            started: Instant::now(),
            ended: None,
            quick_ends: 0,
            pause: PAUSE,
        })
    }

    pub(crate) fn name(&self) -> &str {
        self.process.name()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The process that runs now.
    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Sets a variable for the next start.
    pub(crate) fn set_env(&mut self, name: &str, value: &str) {
        self.program = self.program.clone().env(name, value);
    }

    /// An error with the end of its log, if it has ended: for the time of the start, when nothing is repeated.
    pub(crate) fn must_run(&mut self) -> anyhow::Result<()> {
        match self.process.exited()? {
            None => Ok(()),
            Some(status) => bail!("{}", self.obituary(&status.to_string())),
        }
    }

    /// Starts it again a while after it ended. An error when it keeps ending.
    pub(crate) async fn look_after(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.process.exited()? else {
            return Ok(());
        };
        let Some(ended) = self.ended else {
            return self.note_end(&status.to_string());
        };
        if ended.elapsed() < self.pause {
            return Ok(());
        }
        let again = self.program.clone().start().await;
        // Dropping the old process ends what it had started, such as the workers of a killed queue monitor.
        self.process = again.with_context(|| format!("{} cannot be started again", self.name()))?;
        self.started = Instant::now();
        self.ended = None;
        progress::say(format!("{} runs again", self.name()));
        Ok(())
    }

    fn note_end(&mut self, status: &str) -> anyhow::Result<()> {
        self.quick_ends = if self.started.elapsed() < SETTLED {
            self.quick_ends + 1
        } else {
            0
        };
        if self.quick_ends >= MOST_QUICK_ENDS {
            bail!("{}", self.obituary(status));
        }
        progress::say(format!(
            "{} ended ({status}): it is started again in {} s",
            self.name(),
            self.pause.as_secs()
        ));
        self.ended = Some(Instant::now());
        Ok(())
    }

    fn obituary(&self, status: &str) -> String {
        format!(
            "{} ended ({status}); the end of {}:\n{}",
            self.name(),
            self.process.log().display(),
            self.process.tail()
        )
    }

    /// Ends it in order.
    pub(crate) async fn end(self) -> anyhow::Result<std::process::ExitStatus> {
        Ok(self.process.end().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn member(script: &str) -> (tempfile::TempDir, Member) {
        let dir = tempfile::tempdir().unwrap();
        let program = Program::at("/bin/sh").arg("-c").arg(script);
        let mut member = Member::start(program.log(dir.path().join("log"))).await.unwrap();
        member.pause = Duration::ZERO;
        (dir, member)
    }

    #[tokio::test]
    async fn a_program_that_was_killed_is_started_again() {
        let (_dir, mut member) = member("exec sleep 600").await;
        let first = member.pid();
        member.process().sigkill().unwrap();
        while member.pid() == first {
            member.look_after().await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        member.must_run().unwrap();
    }

    #[tokio::test]
    async fn a_program_that_keeps_ending_is_given_up_with_the_end_of_its_log() {
        let (_dir, mut member) = member("echo no configuration; exit 78").await;
        let error = loop {
            if let Err(error) = member.look_after().await {
                break error.to_string();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert!(
            error.contains("exit status: 78") && error.contains("no configuration"),
            "{error}"
        );
    }
}
