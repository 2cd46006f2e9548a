//! `ci`: the jobs of CI, their plan and their gate.

use anyhow::{Context as _, bail};

use crate::ci::{self, Job, Plan, Scene};

/// Arguments of `ci`.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// The jobs to run, one after another [default: all].
    jobs: Vec<String>,
    /// Says what the jobs are, and runs none.
    #[arg(long)]
    list: bool,
    /// The commit to compare with [default: $CI_BASE, else where this branch left main].
    #[arg(long, value_name = "COMMIT")]
    base: Option<String>,
    /// Skips what needs a tool that is not installed, even under CI=true.
    #[arg(long)]
    installed_only: bool,
    #[command(subcommand)]
    command: Option<Sub>,
}

/// What CI asks besides.
#[derive(Clone, Debug, clap::Subcommand)]
enum Sub {
    /// Prints which jobs a change needs, as `jobs=<JSON>`.
    Plan {
        /// The commit to compare with; without one every job is needed.
        #[arg(long, env = "CI_BASE")]
        base: Option<String>,
    },
    /// Judges the results of all jobs; fails unless all were good or planned not to run.
    Gate {
        /// What GitHub's `toJSON(needs)` says.
        #[arg(long, env = "NEEDS")]
        needs: String,
    },
    /// Breaks a copy of the repository in a way that each job must find.
    Mutations {
        /// Only of these jobs [default: those that compile nothing].
        jobs: Vec<String>,
        /// Of every job, also of those that compile the service.
        #[arg(long)]
        all: bool,
    },
}

impl Args {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Some(Sub::Plan { base }) => plan(base),
            Some(Sub::Gate { needs }) => gate(&needs),
            Some(Sub::Mutations { jobs, all }) => ci::run_mutations(&jobs, all).await,
            None if self.list => {
                for job in ci::JOBS {
                    println!("{:<14}{}", job.name, job.about);
                }
                Ok(())
            }
            None => run(chosen(&self.jobs)?, &Scene::new(self.base, self.installed_only)?).await,
        }
    }
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Job>> {
    if names.is_empty() {
        return Ok(ci::JOBS.iter().collect());
    }
    let job = |name: &String| ci::find(name).with_context(|| format!("no job is called {name}: see --list"));
    names.iter().map(job).collect()
}

async fn run(jobs: Vec<&'static Job>, scene: &Scene) -> anyhow::Result<()> {
    let mut ended = Vec::new();
    for job in jobs {
        ended.push(job.run(scene).await);
    }
    println!();
    for job in &ended {
        let word = if job.passed { "passed" } else { "FAILED" };
        println!("  {word}  {:>7.1} s  {}", job.took.as_secs_f64(), job.name);
        for reason in &job.skipped {
            println!("                     skipped: {reason}");
        }
    }
    let failed: Vec<_> = ended
        .iter()
        .filter(|job| !job.passed)
        .map(|job| job.name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn plan(base: Option<String>) -> anyhow::Result<()> {
    // Here nothing is guessed: a base that CI does not name is one that it does not know.
    let base = ci::base(Some(base.unwrap_or_default()))?;
    let plan = Plan::since(base.as_deref())?;
    println!("jobs={}", serde_json::to_string(&plan)?);
    Ok(())
}

fn gate(needs: &str) -> anyhow::Result<()> {
    let objections = ci::judge(needs)?;
    if objections.is_empty() {
        println!("every job was good, or planned not to run");
        return Ok(());
    }
    bail!("not ready to merge: {}", objections.join("; "))
}
