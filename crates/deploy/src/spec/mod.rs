//! The spec that is deployed: the committed one, with this release's values, and with what the live app owns.

mod fill;
mod keep;

use std::collections::BTreeMap;
use std::path::Path;

use loadsure_digitalocean::{Guard, Spec};
use secrecy::SecretString;
use serde_json::Value;

use crate::images::Images;

/// The worker whose number the queue monitor owns.
pub(crate) const WORKER: &str = "worker";

/// A committed spec, `.do/app.ENV.yaml`, whose placeholders are not filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Value);

/// What placeholders stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    /// `${var.image_digests.…}`.
    pub(crate) images: &'a Images,
    /// `${output.…}`: outputs of Terraform.
    pub(crate) outputs: &'a BTreeMap<String, String>,
    /// `${var.secrets.…}`: secrets that are set anew. All others stay as they are in the live app.
    pub(crate) secrets: &'a BTreeMap<String, SecretString>,
}

/// What the live apps own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live<'a> {
    /// The app that is deployed to: its name and its secrets.
    pub(crate) target: &'a Spec,
    /// The app whose number of workers counts: the one that has the traffic.
    pub(crate) serving: &'a Spec,
    /// Whether only [`promote`](crate::promote()) moves domains, because there are two apps.
    pub(crate) keeps_domains: bool,
}

/// Why there is no spec to deploy. No error shows a value.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The template cannot be read.
    #[error("the app spec cannot be read")]
    Read(#[source] std::io::Error),
    /// The template is not YAML.
    #[error("the app spec is not YAML")]
    Yaml(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Placeholders without a value, or with an empty one.
    #[error("nothing to fill in for {}", .0.join(", "))]
    Unfilled(Vec<String>),
    /// Variables of type SECRET that the live app has no encrypted value for, and that are not set anew.
    #[error("the live app has no encrypted value for {}", .0.join(", "))]
    Secrets(Vec<String>),
    /// The live app has no readable number of workers.
    #[error("the number of workers cannot be kept")]
    Workers(#[from] Guard),
}

impl Template {
    /// Reads one.
    ///
    /// # Errors
    /// When the file cannot be read or is not YAML.
    pub fn read(path: &Path) -> Result<Self, SpecError> {
        let text = std::fs::read_to_string(path).map_err(SpecError::Read)?;
        Self::parse(&text)
    }

    /// Reads the text of one.
    ///
    /// # Errors
    /// When it is not YAML.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let value = serde_saphyr::from_str(text).map_err(|error| SpecError::Yaml(error.into()))?;
        Ok(Self(value))
    }

    /// The domains, as a spec has them.
    pub(crate) fn domains(&self) -> Option<&Value> {
        self.0.get("domains")
    }

    /// Fills everything in. All problems of a kind are told at once.
    pub(crate) fn render(&self, values: &Values<'_>, live: &Live<'_>) -> Result<Spec, SpecError> {
        let mut spec = self.0.clone();
        keep::secrets(&mut spec, live.target, values.secrets)?;
        fill::all(&mut spec, values)?;
        keep::workers(&mut spec, live.serving)?;
        keep::identity(&mut spec, live);
        Ok(Spec::new(spec))
    }
}
