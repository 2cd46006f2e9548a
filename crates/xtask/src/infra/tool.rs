//! Programs that checks need.

use std::io::ErrorKind;
use std::process::{Output, Stdio};

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
    /// A program that CI installs.
    pub(crate) const fn of_ci(program: &'static str) -> Self {
        Self { program, in_ci: true }
    }

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
        let Some(output) = self.output(command).await? else {
            return Ok(self.missing(context));
        };
        if output.status.success() {
            return Ok(Outcome::Passed);
        }
        let text = [output.stdout, output.stderr].concat();
        Ok(Outcome::Failed(String::from_utf8_lossy(&text).into_owned()))
    }

    /// Runs a command that stands for the tool; `None` where it is missing.
    pub(crate) async fn output(&self, command: &mut Command) -> anyhow::Result<Option<Output>> {
        match command.stdin(Stdio::null()).output().await {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot run {}", self.program)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSING: &str = "a-program-that-nobody-has";

    fn context(in_ci: bool) -> Context {
        Context {
            root: std::env::temp_dir(),
            scratch: std::env::temp_dir(),
            online: false,
            in_ci,
        }
    }

    async fn outcome(in_ci: bool, installed_by_ci: bool) -> Outcome {
        let tool = Tool {
            program: MISSING,
            in_ci: installed_by_ci,
        };
        tool.run(&context(in_ci), &[]).await.unwrap()
    }

    /// P67: a check cannot pass by not running where its tool should be.
    #[tokio::test]
    async fn a_missing_tool_is_named_and_fails_where_ci_installs_it() {
        let skipped = Outcome::Skipped(format!("{MISSING} is not installed"));
        assert_eq!(outcome(false, true).await, skipped);
        assert_eq!(outcome(true, false).await, skipped);
        let failed = Outcome::Failed(format!("{MISSING} is not installed, and CI installs it"));
        assert_eq!(outcome(true, true).await, failed);
    }

    #[tokio::test]
    async fn a_tool_that_finds_something_fails_with_what_it_said() {
        let tool = Tool {
            program: "sh",
            in_ci: true,
        };
        let outcome = tool
            .run(&context(false), &["-c", "echo found; exit 1"])
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Failed("found\n".to_owned()));
        let outcome = tool.run(&context(false), &["-c", "echo fine"]).await.unwrap();
        assert_eq!(outcome, Outcome::Passed);
    }
}
