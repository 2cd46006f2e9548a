//! What a job is.

use std::time::{Duration, Instant};

use super::step::{Scene, Step};
use crate::infra::Outcome;

/// Paths that make every job necessary: they decide what the jobs are and how they run.
const PIPELINE: &[&str] = &[
    ".github/workflows/",
    ".github/actions/",
    ".github/requirements/",
    "crates/xtask/",
];

/// A job of CI.
pub(crate) struct Job {
    /// Its name here, in `ci.yml` and in the plan.
    pub(crate) name: &'static str,
    /// What it finds, in a few words.
    pub(crate) about: &'static str,
    pub(super) paths: Paths,
    pub(super) steps: &'static [Step],
}

/// The changed paths that make a job necessary. One that ends in `/` stands for the whole folder.
pub(super) enum Paths {
    All,
    In(&'static [&'static [&'static str]]),
}

/// How a job ended.
pub(crate) struct Ended {
    /// The job.
    pub(crate) name: &'static str,
    /// Skipped steps do not make a job fail; under CI a tool that CI installs is no reason to skip.
    pub(crate) passed: bool,
    /// What was skipped, and why.
    pub(crate) skipped: Vec<String>,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Job {
    /// Whether a change of these paths makes the job necessary.
    pub(crate) fn is_needed(&self, changed: &[String]) -> bool {
        let touches = |prefix: &&str| changed.iter().any(|path| is_under(path, prefix));
        match self.paths {
            Paths::All => !changed.is_empty(),
            Paths::In(groups) => PIPELINE
                .iter()
                .chain(groups.iter().copied().flatten())
                .any(touches),
        }
    }

    /// Runs its steps up to the first that fails.
    pub(crate) async fn run(&self, scene: &Scene) -> Ended {
        let begun = Instant::now();
        let mut skipped = Vec::new();
        let mut passed = true;
        for step in self.steps {
            eprintln!("  … {}: {step}", self.name);
            match step.run(scene).await {
                Ok(Outcome::Passed) => {}
                Ok(Outcome::Skipped(reason)) => {
                    eprintln!("    skipped: {reason}");
                    skipped.push(reason);
                }
                Ok(Outcome::Failed(reason)) => {
                    eprintln!("    FAILED: {}", reason.trim_end());
                    passed = false;
                }
                Err(error) => {
                    eprintln!("    FAILED: {error:#}");
                    passed = false;
                }
            }
            if !passed {
                break;
            }
        }
        Ended {
            name: self.name,
            passed,
            skipped,
            took: begun.elapsed(),
        }
    }
}

fn is_under(path: &str, prefix: &str) -> bool {
    if prefix.ends_with('/') {
        path.starts_with(prefix)
    } else {
        path == prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it_and_a_file_only_itself() {
        assert!(is_under("infra/a/b.tf", "infra/"));
        assert!(!is_under("infrastructure.md", "infra/"));
        assert!(is_under("Cargo.toml", "Cargo.toml"));
        assert!(!is_under("Cargo.toml.orig", "Cargo.toml"));
    }
}
