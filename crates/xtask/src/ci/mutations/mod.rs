//! Deliberately broken changes: each must make its job fail, and `ci-ok` with it. A check that cannot fail is none.

mod copy;
mod table;

use std::process::Command;

use anyhow::{Context as _, bail};

use super::gate;
use crate::workspace;
use copy::Copy;
use table::{Cost, MUTATIONS, Mutation};

/// Breaks a copy of the last commit in every way of the table that is wanted, one at a time.
pub(crate) async fn run(jobs: &[String], all: bool) -> anyhow::Result<()> {
    for name in jobs {
        super::find(name).with_context(|| format!("no job is called {name}"))?;
    }
    let copy = Copy::make()?;
    let (mut unnoticed, mut tried) = (Vec::new(), 0);
    for mutation in MUTATIONS.iter().filter(|mutation| is_wanted(mutation, jobs, all)) {
        let place = format!("{}: {}", mutation.job, mutation.what);
        if let Some(tool) = mutation.tool.filter(|tool| !is_installed(tool)) {
            println!("  skipped    {place}: {tool} is not installed");
            continue;
        }
        tried += 1;
        match play(&copy, mutation).await? {
            None => println!("  found      {place}"),
            Some(why) => {
                println!("  UNNOTICED  {place}: {why}");
                unnoticed.push(place);
            }
        }
    }
    if tried == 0 {
        bail!("nothing was tried");
    }
    if unnoticed.is_empty() {
        println!("\n{tried} broken changes, each found by its job and by ci-ok.");
        return Ok(());
    }
    bail!("unnoticed: {}", unnoticed.join("; "))
}

fn is_wanted(mutation: &Mutation, jobs: &[String], all: bool) -> bool {
    if jobs.is_empty() {
        return all || mutation.cost == Cost::Cheap;
    }
    jobs.iter().any(|name| name == mutation.job)
}

/// Why the broken change went unnoticed, if it did.
async fn play(copy: &Copy, mutation: &Mutation) -> anyhow::Result<Option<String>> {
    copy.restore()?;
    // Where a job compiles for minutes, the words that it must say are proof enough that it failed for this reason.
    if mutation.cost == Cost::Cheap {
        let (good, said) = job(copy, mutation.job).await?;
        if !good {
            return Ok(Some(format!("the job fails without it too:\n{said}")));
        }
    }
    copy.edit(&mutation.edit)
        .with_context(|| format!("cannot make the change `{}`", mutation.what))?;
    let (good, said) = job(copy, mutation.job).await?;
    copy.restore()?;
    if good {
        return Ok(Some("the job passed".to_owned()));
    }
    if !said.contains(mutation.says) {
        return Ok(Some(format!(
            "the job failed without saying `{}`:\n{said}",
            mutation.says
        )));
    }
    let objections = gate::judge(&gate::needs_with(mutation.job, "failure")?)?;
    Ok(objections.is_empty().then(|| "ci-ok passed".to_owned()))
}

/// Runs a job on the copy: whether it passed, and what it said.
async fn job(copy: &Copy, name: &str) -> anyhow::Result<(bool, String)> {
    let output = tokio::process::Command::new(std::env::current_exe()?)
        .args(["ci", name, "--base", "HEAD", "--installed-only"])
        .env(workspace::ROOT_VARIABLE, copy.root())
        .env_remove(super::base::VARIABLE)
        .output()
        .await?;
    let said = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    ))
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ci::JOBS;

    #[test]
    fn every_job_has_a_broken_change() {
        for job in JOBS {
            assert!(
                MUTATIONS.iter().any(|mutation| mutation.job == job.name),
                "{}",
                job.name
            );
        }
    }

    #[test]
    fn every_broken_change_belongs_to_a_job_and_can_still_be_made() {
        let root = workspace::root().unwrap();
        for mutation in MUTATIONS {
            assert!(super::super::find(mutation.job).is_some(), "{}", mutation.job);
            mutation
                .edit
                .applied(&root)
                .unwrap_or_else(|error| panic!("{}: {error:#}", mutation.what));
        }
    }
}
