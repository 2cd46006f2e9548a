//! Ends a child when we die without having ended it.
//!
//! A shell waits on a pipe whose other end only this program holds. When the pipe closes, however
//! that came about (SIGKILL included), the shell sends the child its signals. `PR_SET_PDEATHSIG`
//! would not do: it fires when the *thread* that started the child ends, and tests run on threads.

use std::fmt::Write as _;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use super::signal::{Ending, Target};

#[derive(Debug)]
pub(super) struct Leash {
    shell: Option<Child>,
}

impl Leash {
    /// Watches over `pid` until [`Leash::untie`].
    pub(super) fn tie(pid: u32, ending: &Ending) -> io::Result<Self> {
        let shell = Command::new("/bin/sh")
            .args(["-c", &script(pid, ending)])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self { shell: Some(shell) })
    }

    /// Gives up the watch. Must come before the child is reaped, so that its process id cannot
    /// have passed to another program when the shell would use it.
    pub(super) fn untie(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            // Fails only when the shell is gone already.
            drop(shell.kill());
            drop(shell.wait());
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.untie();
    }
}

/// Waits for the pipe to close, then goes through the steps in tenths of a second.
fn script(pid: u32, ending: &Ending) -> String {
    let mut script = String::from("read -r _; ");
    for (step, target, patience) in ending.0 {
        let target = match target {
            Target::Process => pid.to_string(),
            Target::Group => format!("-{pid}"),
        };
        let looks = patience.as_millis() / 100 + 1;
        // Writing to a string cannot fail.
        let _ = write!(
            script,
            "kill -s {} -- {target} 2>/dev/null || exit 0; i=0; \
             while [ $i -lt {looks} ]; do kill -0 -- {target} 2>/dev/null || exit 0; sleep 0.1; i=$((i+1)); done; ",
            step.name(),
        );
    }
    script
}
