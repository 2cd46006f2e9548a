//! Programs that checks need.

use std::io::ErrorKind;
use std::process::Stdio;

use anyhow::Context as _;
use tokio::process::Command;

use super::Context;

/// How a check ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was found.
    Passed,
    /// It did not run, for this reason.
    Skipped(String),
    /// What was found.
    Failed(String),
}

/// A program.
pub(crate) struct Tool {
    /// Its name on the path.
    pub(crate) program: &'static str,
    /// Whether CI installs it.
    pub(crate) in_ci: bool,
}

impl Tool {
    /// The outcome of a check that needs the tool where it is missing.
    pub(crate) fn missing(&self, context: &Context) -> Outcome {
        if context.in_ci && self.in_ci {
            return Outcome::Failed(format!("{} is not installed, and CI installs it", self.program));
        }
        Outcome::Skipped(format!("{} is not installed", self.program))
    }

    /// Runs it in the repository's root.
    pub(crate) async fn run(&self, context: &Context, args: &[&str]) -> anyhow::Result<Outcome> {
        let mut command = Command::new(self.program);
        command.current_dir(&context.root).args(args);
        self.outcome(context, &mut command).await
    }

    /// Runs a command that stands for the tool. Its output counts only when it fails.
    pub(crate) async fn outcome(&self, context: &Context, command: &mut Command) -> anyhow::Result<Outcome> {
        let output = match command.stdin(Stdio::null()).output().await {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(self.missing(context)),
            Err(error) => return Err(error).with_context(|| format!("cannot run {}", self.program)),
        };
        if output.status.success() {
            return Ok(Outcome::Passed);
        }
        let text = [output.stdout, output.stderr].concat();
        Ok(Outcome::Failed(String::from_utf8_lossy(&text).into_owned()))
    }
}
