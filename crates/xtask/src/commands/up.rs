//! `up`: the whole service on this machine.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::stack::{Pids, Settings, Stack};
use crate::state::{Home, Lock, State};
use crate::workspace::{self, Profile};
use crate::{demo, install, progress};

/// How often a detached start is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Arguments of `up`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Leaves everything running in the background; `down` ends it.
    #[arg(long)]
    detach: bool,
    /// Port of the API [default: $PORT, else 3000].
    #[arg(long)]
    port: Option<u16>,
    /// Builds and runs optimised binaries.
    #[arg(long)]
    release: bool,
    /// Never installs packages; says what is missing instead.
    #[arg(long)]
    no_install: bool,
    /// Set by --detach for the process that it leaves behind.
    #[arg(long, hide = true)]
    supervise: bool,
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let home = Home::of_up()?;
        let Some(lock) = home.lock()? else {
            return tell_running(&home);
        };
        home.clear()?;
        let settings = Settings::read(home, Profile::release_if(self.release), self.port)?;
        if self.supervise {
            // A session of its own: closing the terminal must not end it.
            rustix::process::setsid().context("cannot leave the terminal")?;
            return serve(&settings, lock, false).await;
        }
        settings.check_port()?;
        let wanted = Settings::wanted();
        install::ensure(wanted, !self.no_install).await?;
        install::tell_found(wanted);
        let step = progress::loud_step("Building");
        workspace::build(settings.profile).await?;
        step.done("");
        if self.detach {
            drop(lock);
            return self.leave_running(&settings).await;
        }
        serve(&settings, lock, true).await
    }

    /// Starts this program again as the supervisor, and waits until its stack is ready.
    async fn leave_running(&self, settings: &Settings) -> anyhow::Result<()> {
        let home = &settings.home;
        let log_path = home.log("up");
        let log =
            fs::File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["up", "--supervise", "--port", &settings.port.to_string()]);
        if self.release {
            command.arg("--release");
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let step = progress::step("Starting everything in the background");
        let mut supervisor = command.spawn().context("cannot start the supervisor")?;
        loop {
            if let Some(state) = home.read()?.filter(|state| Some(state.pid) == supervisor.id()) {
                step.done(format!("process {}", state.pid));
                tell(home, &state, "`cargo xtask down` ends it.");
                return Ok(());
            }
            if let Some(status) = supervisor.try_wait()? {
                let said = fs::read_to_string(&log_path).unwrap_or_default();
                bail!("it did not start ({status}):\n{}", said.trim_end());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Signals that ask for the end.
struct Ending {
    interrupt: Signal,
    terminate: Signal,
}

impl Ending {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Runs the stack until a signal, or until one of its programs cannot be kept running.
async fn serve(settings: &Settings, _lock: Lock, at_terminal: bool) -> anyhow::Result<()> {
    let mut ending = Ending::listen()?;
    let (mut stack, state) = tokio::select! {
        started = Stack::start(settings) => started?,
        () = ending.asked() => bail!("stopped while starting"),
    };
    settings.home.write(&state)?;
    fs::write(settings.home.dir().join("demo.sh"), demo::script(&state)).context("cannot write demo.sh")?;
    if at_terminal {
        tell(&settings.home, &state, "Ctrl-C ends everything.");
    }
    let keep = |pids: Pids| {
        settings.home.write(&State {
            api_pid: pids.api,
            monitor_pid: pids.monitor,
            ..state.clone()
        })
    };
    let failure = tokio::select! {
        error = stack.watch(keep) => Some(error),
        () = ending.asked() => None,
    };
    settings.home.clear()?;
    tokio::select! {
        stopped = stack.stop() => stopped?,
        // What still runs is on a leash that ends it when this process is gone.
        () = ending.asked() => bail!("asked twice to end: ended without waiting"),
    }
    failure.map_or(Ok(()), Err)
}

/// A second `up` changes nothing.
fn tell_running(home: &Home) -> anyhow::Result<()> {
    match home.read()? {
        Some(state) => {
            tell(
                home,
                &state,
                "It was running already; `cargo xtask down` ends it.",
            );
            Ok(())
        }
        None => bail!("another `cargo xtask up` is starting right now"),
    }
}

fn tell(home: &Home, state: &State, how_to_end: &str) {
    let dir = home.dir().display();
    println!("{}", demo::summary(state, &format!("{dir}/logs/")));
    println!(
        "Quote, buy, look up and cancel (also in {dir}/demo.sh):\n\n{}",
        demo::script(state)
    );
    println!("{how_to_end}");
}
