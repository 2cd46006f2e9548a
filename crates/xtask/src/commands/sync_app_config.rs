//! `sync-app-config`: keeps .do/app.*.yaml equal to the Terraform.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use loadsure_appspec::{Difference, file, render};

use crate::progress;
use crate::workspace;

/// Arguments of `sync-app-config`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this environment.
    #[arg(long)]
    env: Option<Environment>,
    /// Changes nothing; fails when a file differs from the Terraform, and says where.
    #[arg(long)]
    check: bool,
    /// Changes nothing; fails when the platform differs from the Terraform. The file has the answer of
    /// `GET /v2/apps/{id}` or of `doctl apps get ID --output json`.
    #[arg(long, value_name = "APP_JSON", conflicts_with = "check", requires = "env")]
    live: Option<PathBuf>,
}

/// An environment that is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Environment {
    Staging,
    Production,
}

impl Environment {
    pub(crate) const ALL: [Self; 2] = [Self::Staging, Self::Production];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let root = workspace::root()?;
        let environments = self.env.map_or(Environment::ALL.to_vec(), |env| vec![env]);
        if self.check {
            return check(&root, &environments);
        }
        for environment in environments {
            match &self.live {
                Some(live) => check_live(&root, environment, live)?,
                None => write(&root, environment)?,
            }
        }
        Ok(())
    }
}

/// Fails when a file differs from the Terraform, after it has named every place in every file.
pub(crate) fn check(root: &Path, environments: &[Environment]) -> anyhow::Result<()> {
    let mut drifted = Vec::new();
    for environment in environments {
        let name = environment.name();
        let spec = render(root, name).with_context(|| format!("cannot render {name}"))?;
        let found = spec.drift(root, name)?;
        if !found.is_empty() {
            report(
                &format!(".do/app.{name}.yaml (+) differs from infra/ (-):"),
                &found,
            );
            drifted.push(name);
        }
    }
    if drifted.is_empty() {
        return Ok(());
    }
    bail!(
        "drift in {}: change the Terraform, run `cargo xtask sync-app-config`, and commit both",
        drifted.join(" and ")
    )
}

fn check_live(root: &Path, environment: Environment, live: &Path) -> anyhow::Result<()> {
    let name = environment.name();
    let found = render(root, name)
        .with_context(|| format!("cannot render {name}"))?
        .live_drift(live)?;
    if found.is_empty() {
        progress::say(format!("{name} runs what infra/ says"));
        return Ok(());
    }
    report(
        &format!("{name}, as it runs (+), differs from infra/ (-):"),
        &found,
    );
    bail!("{name} has drifted: deploy, or bring the change into the Terraform")
}

fn write(root: &Path, environment: Environment) -> anyhow::Result<()> {
    let name = environment.name();
    let spec = render(root, name).with_context(|| format!("cannot render {name}"))?;
    let path = file(root, name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, spec.to_yaml(name)).with_context(|| format!("cannot write {}", path.display()))?;
    progress::say(format!("wrote {}", path.display()));
    Ok(())
}

fn report(title: &str, differences: &[Difference]) {
    eprintln!("{title}");
    for difference in differences {
        eprintln!("{difference}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERRAFORM: &str = "resource \"digitalocean_app\" \"this\" {\n  spec {\n    name = \"a\"\n  }\n}\n";

    /// P66: the command fails, and does not only print.
    #[test]
    fn a_check_that_finds_drift_fails() {
        let root = tempfile::tempdir().unwrap();
        let terraform = root.path().join("infra/envs/staging");
        fs::create_dir_all(&terraform).unwrap();
        fs::write(terraform.join("main.tf"), TERRAFORM).unwrap();
        let only = [Environment::Staging];
        assert!(check(root.path(), &only).is_err(), "there is no spec yet");
        write(root.path(), Environment::Staging).unwrap();
        check(root.path(), &only).unwrap();

        let spec = file(root.path(), "staging");
        let text = fs::read_to_string(&spec).unwrap();
        fs::write(&spec, text + "region: nyc\n").unwrap();
        let error = check(root.path(), &only).unwrap_err().to_string();
        assert!(error.starts_with("drift in staging"), "{error}");
    }
}
