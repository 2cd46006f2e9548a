//! Ends a worker when the monitor dies without having drained it.
//!
//! A shell waits on a pipe whose other end only the monitor holds. When the pipe closes, however that came about, the
//! shell tells the worker to end. The parent-death signal of Linux would need unsafe code between fork and exec.

use std::process::Stdio;

use tokio::process::{Child, Command};
use tracing::warn;

/// The shell that watches.
#[derive(Debug)]
pub(super) struct Leash(Option<Child>);

impl Leash {
    /// Watches over a process until dropped or let go. Where there is no shell, a worker goes on without.
    pub(super) fn tie(pid: u32) -> Self {
        let shell = Command::new("/bin/sh")
            .args(["-c", "read -r _; kill -s TERM -- \"$0\" 2>/dev/null", &pid.to_string()])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C reaches all processes of a terminal; the shell must outlive ours.
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        if let Err(error) = &shell {
            warn!(%error, "a worker would outlive the monitor if that were killed");
        }
        Self(shell.ok())
    }

    /// Ends the watch, before the process id can pass to another process.
    pub(super) async fn let_go(mut self) {
        if let Some(mut shell) = self.0.take() {
            // Fails only when the shell is gone already.
            let _ = shell.kill().await;
        }
    }
}
