//! What Terraform itself says. It works in a copy, in which data may be destroyed: its tests tear down what they
//! made, which `prevent_destroy` forbids. That the originals have it is tested in `crates/appspec`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use loadsure_appspec::Spec;
use tokio::process::Command;

use super::{Context, Outcome, TERRAFORM};
use crate::commands::Environment;

/// Runs Terraform with a stand-in for the provider, where it lies beside the repository.
const OFFLINE: &str = "../shared/tools/terraform-offline";
/// The folders that hold Terraform.
const GROUPS: [&str; 2] = ["modules", "envs"];
/// Roots, which are initialised and validated.
const ROOTS: [&str; 3] = ["envs/shared", "envs/staging", "envs/production"];

/// Every file is formatted.
pub(super) async fn format(context: &Context) -> anyhow::Result<Outcome> {
    TERRAFORM
        .run(context, &["fmt", "-check", "-diff", "-recursive", "infra"])
        .await
}

/// Every root fulfils the provider's schema.
pub(super) async fn validate(context: &Context) -> anyhow::Result<Outcome> {
    let folders = ROOTS.iter().map(PathBuf::from).collect();
    in_copy(context, folders, &["validate", "-no-color"]).await
}

/// The tests of every folder that has some.
pub(super) async fn test(context: &Context) -> anyhow::Result<Outcome> {
    let mut folders = Vec::new();
    for group in GROUPS {
        for entry in sorted(&context.root.join("infra").join(group))? {
            if entry.join("tests").is_dir() {
                folders.push(Path::new(group).join(entry.file_name().unwrap_or_default()));
            }
        }
    }
    in_copy(context, folders, &["test", "-no-color"]).await
}

/// Terraform itself evaluates the configuration to what `.do` has: what `crates/appspec` makes of it is no other
/// reading of the language.
pub(super) async fn agrees(context: &Context) -> anyhow::Result<Outcome> {
    let terraform = match Terraform::prepare(context)? {
        Ok(terraform) => terraform,
        Err(skipped) => return Ok(skipped),
    };
    let mut found = String::new();
    for environment in Environment::ALL {
        let name = environment.name();
        let folder = Path::new("envs").join(name);
        let outcome = terraform.run(&folder, terraform.before).await?;
        if outcome != Outcome::Passed {
            return Ok(outcome);
        }
        let mut command = terraform.command(&folder)?;
        let output = TERRAFORM
            .output(command.args(["test", "-json", "-verbose"]))
            .await?;
        let Some(output) = output else {
            return Ok(TERRAFORM.missing(context));
        };
        let output = String::from_utf8_lossy(&output.stdout);
        let evaluated = Spec::from_test_output(&output)
            .with_context(|| format!("the tests of {name} print no state with an app:\n{output}"))?;
        for difference in Spec::read(&context.root, name)?.deployed_drift(&evaluated) {
            found.push_str(&format!("{name}: {difference}\n"));
        }
    }
    Ok(if found.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(found)
    })
}

async fn in_copy(context: &Context, folders: Vec<PathBuf>, args: &[&str]) -> anyhow::Result<Outcome> {
    let terraform = match Terraform::prepare(context)? {
        Ok(terraform) => terraform,
        Err(skipped) => return Ok(skipped),
    };
    for folder in folders {
        for args in [terraform.before, args] {
            let outcome = terraform.run(&folder, args).await?;
            if outcome != Outcome::Passed {
                return Ok(outcome);
            }
        }
    }
    Ok(Outcome::Passed)
}

/// Terraform, or the program that runs it without a provider, and a copy of the configuration to run it in.
struct Terraform<'a> {
    context: &'a Context,
    program: PathBuf,
    copy: PathBuf,
    /// What comes before anything else in a folder.
    before: &'static [&'static str],
}

impl<'a> Terraform<'a> {
    /// Makes the copy; the error is the outcome of a check that cannot run.
    fn prepare(context: &'a Context) -> anyhow::Result<Result<Self, Outcome>> {
        let offline = context.root.join(OFFLINE);
        let (program, before): (_, &[&str]) = if offline.is_file() {
            (offline, &["get"])
        } else if context.online {
            let init = &["init", "-backend=false", "-input=false", "-no-color"];
            (PathBuf::from(TERRAFORM.program), init)
        } else {
            let reason = "Terraform would have to download its provider: allow it by --online";
            return Ok(Err(Outcome::Skipped(reason.to_owned())));
        };
        Ok(Ok(Self {
            context,
            program,
            copy: copy(context)?,
            before,
        }))
    }

    /// Terraform in a folder; folders share the providers that they download.
    fn command(&self, folder: &Path) -> anyhow::Result<Command> {
        let plugins = self.context.scratch.join("plugins");
        fs::create_dir_all(&plugins)?;
        let mut command = Command::new(&self.program);
        command
            .arg(format!("-chdir={}", self.copy.join(folder).display()))
            .env("TF_PLUGIN_CACHE_DIR", &plugins)
            // The copy has no lock files of its own that could be spoilt.
            .env("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1");
        Ok(command)
    }

    async fn run(&self, folder: &Path, args: &[&str]) -> anyhow::Result<Outcome> {
        let mut command = self.command(folder)?;
        let outcome = TERRAFORM.outcome(self.context, command.args(args)).await?;
        Ok(match outcome {
            Outcome::Failed(text) => Outcome::Failed(format!("{}:\n{text}", folder.display())),
            other => other,
        })
    }
}

/// A fresh copy of the Terraform.
fn copy(context: &Context) -> anyhow::Result<PathBuf> {
    let copy = context.scratch.join("infra");
    if copy.exists() {
        fs::remove_dir_all(&copy).with_context(|| format!("cannot empty {}", copy.display()))?;
    }
    for group in GROUPS {
        copy_tree(&context.root.join("infra").join(group), &copy.join(group))?;
    }
    Ok(copy)
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Copies Terraform files, without what Terraform keeps beside them.
fn copy_tree(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for path in sorted(from)? {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            if name != ".terraform" {
                copy_tree(&path, &to.join(name))?;
            }
        } else {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text = text.replace("prevent_destroy = true", "prevent_destroy = false");
            fs::write(to.join(name), text)?;
        }
    }
    Ok(())
}
