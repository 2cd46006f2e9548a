//! Breaking changes of docs/openapi.json: what a client written for main's description would trip over.

mod operations;
mod schema;

use std::fmt;

use anyhow::Context as _;
use serde_json::Value;

use super::base;
use super::step::Scene;
use crate::infra::Outcome;
use crate::workspace;

/// The description, from the root.
const FILE: &str = "docs/openapi.json";

/// A change that breaks clients, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Break {
    place: String,
    what: String,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Fails on a breaking change since the base, unless the major version was raised.
pub(super) fn breaking(scene: &Scene) -> anyhow::Result<Outcome> {
    let Some(base) = scene.base()? else {
        return Ok(Outcome::Skipped("there is nothing to compare with".to_owned()));
    };
    let Some(old) = base::file(&base, FILE)? else {
        return Ok(Outcome::Skipped(format!("{FILE} is new")));
    };
    let old: Value = serde_json::from_slice(&old).context("the description of before is not JSON")?;
    let new = std::fs::read(workspace::root()?.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    let new: Value = serde_json::from_slice(&new).with_context(|| format!("{FILE} is not JSON"))?;
    let found = breaks(&old, &new);
    if found.is_empty() {
        return Ok(Outcome::Passed);
    }
    let listed: Vec<_> = found.iter().map(|found| format!("\n  {found}")).collect();
    if major(&new) > major(&old) {
        eprintln!("    breaking, in a new major version:{}", listed.concat());
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Failed(format!(
        "breaking changes without a new major version:{}",
        listed.concat()
    )))
}

/// Every breaking change from one description to another.
fn breaks(old: &Value, new: &Value) -> Vec<Break> {
    operations::compare(old, new)
}

fn major(document: &Value) -> Option<u64> {
    document["info"]["version"]
        .as_str()?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// What a `$ref` leads to; anything else is itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // A reference to a reference is legal; a circle of them is not, and ends here.
    for _ in 0..8 {
        let Some(path) = value["$ref"].as_str().and_then(|path| path.strip_prefix('#')) else {
            break;
        };
        value = document.pointer(path).unwrap_or(&Value::Null);
    }
    value
}

#[cfg(test)]
mod tests;
