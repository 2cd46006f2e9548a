//! What Terraform itself says. It works in a copy, in which data may be destroyed: its tests tear down what they
//! made, which `prevent_destroy` forbids. That the originals have it is tested in `crates/appspec`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::process::Command;

use super::{Context, Outcome, TERRAFORM};

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

async fn in_copy(context: &Context, folders: Vec<PathBuf>, args: &[&str]) -> anyhow::Result<Outcome> {
    let offline = context.root.join(OFFLINE);
    let offline = offline.is_file().then_some(offline);
    if offline.is_none() && !context.online {
        let reason = "Terraform would have to download its provider: allow it by --online";
        return Ok(Outcome::Skipped(reason.to_owned()));
    }
    let prepare: &[&str] = match offline {
        Some(_) => &["get"],
        None => &["init", "-backend=false", "-input=false", "-no-color"],
    };
    let program = offline.unwrap_or_else(|| PathBuf::from(TERRAFORM.program));
    let copy = copy(context)?;
    for folder in folders {
        for args in [prepare, args] {
            let mut command = terraform(context, &program, &copy.join(&folder))?;
            match TERRAFORM.outcome(context, command.args(args)).await? {
                Outcome::Passed => {}
                Outcome::Failed(text) => {
                    return Ok(Outcome::Failed(format!("{}:\n{text}", folder.display())));
                }
                skipped @ Outcome::Skipped(_) => return Ok(skipped),
            }
        }
    }
    Ok(Outcome::Passed)
}

/// Terraform in a folder; folders share the providers that they download.
fn terraform(context: &Context, program: &Path, folder: &Path) -> anyhow::Result<Command> {
    let plugins = context.scratch.join("plugins");
    fs::create_dir_all(&plugins)?;
    let mut command = Command::new(program);
    command
        .arg(format!("-chdir={}", folder.display()))
        .env("TF_PLUGIN_CACHE_DIR", &plugins)
        // The copy has no lock files of its own that could be spoilt.
        .env("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1");
    Ok(command)
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
