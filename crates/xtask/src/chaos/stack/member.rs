//! One process of the service that may die and comes back.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::Context as _;
use loadsure_testkit::process::{Process, Program};
use rustix::process::Signal;
use tokio::sync::Mutex;

use super::READY_WITHIN;

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Api,
    Worker,
    Monitor,
}

/// An end that a fault has arranged. Any other end of the same process is a surprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doom {
    /// It is killed.
    Kill,
    /// It crashes by itself.
    Abort,
}

impl Doom {
    fn is_met_by(self, status: ExitStatus) -> bool {
        let signal = match self {
            Self::Kill => Signal::KILL,
            Self::Abort => Signal::ABORT,
        };
        status.signal() == Some(signal.as_raw())
    }
}

/// A process, its way to start, and what happened to it.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// `host:port` at which it says whether it is ready; for an api also where it serves.
    pub(crate) host: String,
    program: Program,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    process: Option<Process>,
    doom: Option<Doom>,
    /// It runs with variables that a fault has added.
    altered: bool,
}

impl Member {
    pub(super) async fn start(
        name: String,
        role: Role,
        host: String,
        program: Program,
    ) -> anyhow::Result<Self> {
        let process = Some(program.clone().start().await?);
        let state = State {
            process,
            ..State::default()
        };
        Ok(Self {
            name,
            role,
            host,
            program,
            state: Mutex::new(state),
        })
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        let process = state.process.as_mut().context("it does not run")?;
        let url = format!("http://{}/health/ready", self.host);
        Ok(process.wait_for_http(&url, READY_WITHIN).await?)
    }

    pub(crate) async fn kill(&self) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        state.doom = Some(Doom::Kill);
        match &state.process {
            Some(process) => Ok(process.sigkill()?),
            None => Ok(()),
        }
    }

    pub(crate) async fn freeze(&self) -> anyhow::Result<()> {
        match &self.state.lock().await.process {
            Some(process) => Ok(process.sigstop()?),
            None => Ok(()),
        }
    }

    pub(crate) async fn thaw(&self) -> anyhow::Result<()> {
        match &self.state.lock().await.process {
            Some(process) => Ok(process.sigcont()?),
            None => Ok(()),
        }
    }

    /// Kills it and starts it at once with more variables, which may make it end by itself.
    pub(crate) async fn restart_with(&self, env: &[(&str, &str)], doom: Option<Doom>) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        self.start_in(&mut state, self.program.clone().envs(env.iter().copied()))
            .await?;
        state.doom = doom;
        state.altered = true;
        Ok(())
    }

    /// Whether it runs with the variables that a fault has added.
    pub(crate) async fn is_altered(&self) -> bool {
        let state = self.state.lock().await;
        state.altered && state.process.is_some()
    }

    /// Starts it without the variables that a fault has added. Tells whether it still had them.
    pub(crate) async fn plain_again(&self) -> anyhow::Result<bool> {
        let mut state = self.state.lock().await;
        let altered = state.altered && state.process.is_some();
        if altered {
            self.start_in(&mut state, self.program.clone()).await?;
        }
        Ok(altered)
    }

    async fn start_in(&self, state: &mut State, program: Program) -> anyhow::Result<()> {
        if let Some(process) = state.process.take() {
            process.sigkill()?;
            process.end().await?;
        }
        *state = State {
            process: Some(program.start().await?),
            ..State::default()
        };
        Ok(())
    }

    /// Whether it has ended, with whether that was arranged. A second question finds nothing; neither does
    /// one while something else is being done to it.
    pub(super) fn ended(&self) -> anyhow::Result<Option<(ExitStatus, bool)>> {
        let Ok(mut state) = self.state.try_lock() else {
            return Ok(None);
        };
        let Some(process) = &mut state.process else {
            return Ok(None);
        };
        let Some(status) = process.exited()? else {
            return Ok(None);
        };
        state.process = None;
        let arranged = state.doom.is_some_and(|doom| doom.is_met_by(status));
        Ok(Some((status, arranged)))
    }

    /// Starts it again, if it has ended.
    pub(super) async fn revive(&self) -> anyhow::Result<bool> {
        let mut state = self.state.lock().await;
        if state.process.is_some() {
            return Ok(false);
        }
        self.start_in(&mut state, self.program.clone()).await?;
        Ok(true)
    }

    /// Asks it to end, and waits for that. It is not started again before [`Member::revive`].
    pub(crate) async fn drain(&self, at_most: Duration) -> anyhow::Result<Option<ExitStatus>> {
        let mut state = self.state.lock().await;
        let Some(process) = &mut state.process else {
            return Ok(None);
        };
        process.sigterm()?;
        let status = process.wait(at_most).await?;
        state.process = None;
        Ok(Some(status))
    }

    /// Ends it in good order and starts it again, as a deployment does. The supervisor does not interfere,
    /// since it is asked only between the steps of this.
    pub(crate) async fn roll(&self, at_most: Duration) -> anyhow::Result<Option<ExitStatus>> {
        let mut state = self.state.lock().await;
        let Some(process) = &mut state.process else {
            return Ok(None);
        };
        process.sigterm()?;
        let status = process.wait(at_most).await?;
        self.start_in(&mut state, self.program.clone()).await?;
        Ok(Some(status))
    }
}
