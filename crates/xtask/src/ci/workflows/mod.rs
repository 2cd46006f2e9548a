//! Rules that the linters of workflows do not know: what every job states, and that `ci-ok` needs every job.

mod gated;
mod rules;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::step::Scene;
use crate::infra::{Outcome, Tool};
use crate::workspace;

const CHECK_JSONSCHEMA: Tool = Tool {
    program: "check-jsonschema",
    in_ci: true,
};
const FOLDER: &str = ".github/workflows";
const ACTIONS: &str = ".github/actions";

/// A workflow or a composite action.
struct File {
    /// From the root.
    path: String,
    text: String,
    content: Value,
}

/// Fails where a workflow breaks a rule.
pub(super) fn check() -> anyhow::Result<Outcome> {
    let found = violations(&workspace::root()?)?;
    if found.is_empty() {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Failed(format!("\n  {}", found.join("\n  "))))
}

/// The schemas of workflows, of actions and of Renovate's configuration.
pub(super) async fn schema(scene: &Scene) -> anyhow::Result<Outcome> {
    let root = workspace::root()?;
    let (workflows, actions) = (workflows(&root)?, actions(&root)?);
    let paths = |files: &[File]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    for (schema, files) in [
        ("vendor.github-workflows", paths(&workflows)),
        ("vendor.github-actions", paths(&actions)),
        ("vendor.renovate", vec![".github/renovate.json".to_owned()]),
    ] {
        let mut args = vec!["--builtin-schema", schema];
        args.extend(files.iter().map(String::as_str));
        let outcome = scene.run(&CHECK_JSONSCHEMA, &args).await?;
        if outcome != Outcome::Passed {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Passed)
}

fn violations(root: &Path) -> anyhow::Result<Vec<String>> {
    let workflows = workflows(root)?;
    let mut found = Vec::new();
    for file in &workflows {
        rules::workflow(file, &mut found);
    }
    for file in actions(root)? {
        rules::action(&file, &mut found);
    }
    let ci = workflows.iter().find(|file| file.path.ends_with("/ci.yml"));
    match ci {
        Some(ci) => gated::check(ci, &mut found),
        None => found.push(format!("{FOLDER}/ci.yml is missing")),
    }
    Ok(found)
}

fn workflows(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for name in names(&root.join(FOLDER))? {
        files.push(read(root, format!("{FOLDER}/{name}"))?);
    }
    Ok(files)
}

fn actions(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for name in names(&root.join(ACTIONS))? {
        files.push(read(root, format!("{ACTIONS}/{name}/action.yml"))?);
    }
    Ok(files)
}

fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        match entry?.file_name().into_string() {
            Ok(name) => names.push(name),
            Err(_) => bail!("a file in {} has a name that is not text", folder.display()),
        }
    }
    names.sort();
    Ok(names)
}

fn read(root: &Path, path: String) -> anyhow::Result<File> {
    let text = fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
    let content = serde_saphyr::from_str(&text).with_context(|| format!("{path} is not YAML"))?;
    Ok(File { path, text, content })
}

#[cfg(test)]
mod tests;
