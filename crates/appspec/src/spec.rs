//! The spec of an environment, as its Terraform says.

use std::path::{Path, PathBuf};

use hcl::{Map, Value};

use crate::drift::{self, Difference};
use crate::error::{Error, Result, unsupported};
use crate::terraform::{Scope, unknown};
use crate::{comments, document, live, path, yaml};

/// An app spec: objects, lists and plain values.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec(pub(crate) Value);

impl Spec {
    /// The spec that is written down for an environment, in `.do/app.ENVIRONMENT.yaml`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(root: &Path, environment: &str) -> Result<Self> {
        Ok(Self(document::yaml(&file(root, environment))?.1))
    }

    /// The spec as YAML, with comments: what `.do/app.ENVIRONMENT.yaml` has to be.
    #[must_use]
    pub fn to_yaml(&self, environment: &str) -> String {
        yaml::write(&self.0, &comments::head(environment))
    }

    /// Where the file of an environment disagrees, in either direction. A file that says the same in other words, or
    /// has other comments, disagrees at `(layout)`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn drift(&self, root: &Path, environment: &str) -> Result<Vec<Difference>> {
        let (text, written) = document::yaml(&file(root, environment))?;
        let mut found = drift::differences(&self.0, &written);
        if found.is_empty() && text != self.to_yaml(environment) {
            found.push(Difference {
                path: "(layout)".to_owned(),
                terraform: Some("the same values".to_owned()),
                other: Some("with another order, other comments or another notation".to_owned()),
            });
        }
        Ok(found)
    }

    /// Where what runs on the platform disagrees: `live` is a file with the answer of `GET /v2/apps/{id}`, of
    /// `doctl apps get --output json`, or a spec. What the platform adds, what stands in place of placeholders and the
    /// number of workers, which the queue monitor owns, is no difference.
    ///
    /// # Errors
    /// When the file cannot be read or has no spec in it.
    pub fn live_drift(&self, live: &Path) -> Result<Vec<Difference>> {
        Ok(self.deployed_drift(&Self(document::live_json(live)?)))
    }

    /// As [`Spec::live_drift`], with a spec that is at hand.
    #[must_use]
    pub fn deployed_drift(&self, deployed: &Self) -> Vec<Difference> {
        live::differences(&self.0, &deployed.0)
    }

    /// The value at a place such as `["services", "api", "http_port"]`: keys of objects, names or numbers of elements.
    #[must_use]
    pub fn get(&self, place: &[&str]) -> Option<&Value> {
        place.iter().try_fold(&self.0, |value, step| match value {
            Value::Object(entries) => entries.get(*step),
            Value::Array(items) => path::named(items).get(*step).copied(),
            _ => None,
        })
    }
}

/// The file of an environment's spec, from the root of the repository.
#[must_use]
pub fn file(root: &Path, environment: &str) -> PathBuf {
    root.join(".do").join(format!("app.{environment}.yaml"))
}

/// The folder of an environment's Terraform, from the root of the repository.
fn folder(root: &Path, environment: &str) -> PathBuf {
    root.join("infra/envs").join(environment)
}

/// Evaluates the Terraform of an environment. `root` is the folder that has `infra` in it.
///
/// What is not known before it was created appears as `${output.NAME}`, by the output of the environment that has
/// it; variables that no file sets as `${var.NAME}`. Both are for a deployment to fill in.
///
/// # Errors
/// When a file cannot be read or an expression not be evaluated, when there is not exactly one app, and when a
/// value that is only known later is not an output.
pub fn render(root: &Path, environment: &str) -> Result<Spec> {
    let folder = folder(root, environment);
    let scope = Scope::root(&folder)?;
    let mut apps = scope.blocks_of("digitalocean_app", "spec")?.into_iter();
    let (Some((_, spec)), None) = (apps.next(), apps.next()) else {
        return Err(unsupported(
            folder.display().to_string(),
            "there must be one digitalocean_app with one spec",
        ));
    };
    let outputs = scope.outputs()?;
    fill_in(spec, &outputs).map(Spec)
}

fn fill_in(value: Value, outputs: &[(String, Value)]) -> Result<Value> {
    Ok(match value {
        Value::String(text) => unknown::replace(&text, |address| placeholder(address, outputs))?.into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| fill_in(item, outputs))
            .collect::<Result<Vec<_>>>()?
            .into(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| Ok((key, fill_in(value, outputs)?)))
            .collect::<Result<Map<_, _>>>()?
            .into(),
        plain => plain,
    })
}

fn placeholder(address: &str, outputs: &[(String, Value)]) -> Result<String> {
    if address.starts_with("var.") {
        return Ok(format!("${{{address}}}"));
    }
    let mut outputs = outputs.iter();
    let output = outputs.find(|(_, value)| unknown::address(value) == Some(address));
    match output {
        Some((name, _)) => Ok(format!("${{output.{name}}}")),
        None => Err(Error::NoOutput {
            address: address.to_owned(),
        }),
    }
}
