//! Checks a spec against the platform's JSON Schema of specs.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};
use crate::spec::Spec;

impl Spec {
    /// What a JSON Schema says against the spec: place and reason of each violation.
    ///
    /// # Errors
    /// When the schema cannot be read or is none.
    pub fn violations(&self, schema: &Path) -> Result<Vec<String>> {
        let unreadable = |reason: String| Error::Document {
            path: schema.to_path_buf(),
            reason,
        };
        let text = fs::read_to_string(schema).map_err(|source| Error::Read {
            path: schema.to_path_buf(),
            source,
        })?;
        let json = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        let validator = jsonschema::validator_for(&json).map_err(|error| unreadable(error.to_string()))?;
        let spec = serde_json::to_value(&self.0).map_err(|error| unreadable(error.to_string()))?;
        Ok(validator
            .iter_errors(&spec)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect())
    }
}
