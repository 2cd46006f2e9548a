//! Outputs of Terraform.

use std::collections::BTreeMap;
use std::path::Path;

use loadsure_deploy::read_json;
use serde::Deserialize;
use serde_json::Value;

use super::DeployError;

/// An output, as `terraform output -json` writes it.
#[derive(Debug, Deserialize)]
struct Output {
    value: Value,
    #[serde(default)]
    sensitive: bool,
}

/// Outputs that are text and no secret. What a spec needs beyond these is missing then, and named.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, DeployError> {
    let outputs: BTreeMap<String, Output> = read_json(path)?;
    let open = outputs.into_iter().filter(|(_, output)| !output.sensitive);
    let texts = open.filter_map(|(name, output)| match output.value {
        Value::String(text) => Some((name, text)),
        _ => None,
    });
    Ok(texts.collect())
}
