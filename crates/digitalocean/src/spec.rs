//! An app's spec as raw JSON: what is not known here passes through unchanged.

use std::fmt;

use serde_json::{Map, Value};

use crate::guard::Guard;
use crate::message::SEALED;

/// The spec of an app, every field and every digit as the platform wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Spec(Value);

impl Spec {
    /// Takes a spec as it is. What is needed of it is looked for when it is needed.
    #[must_use]
    pub const fn new(spec: Value) -> Self {
        Self(spec)
    }

    /// The raw JSON.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    pub(crate) const fn value_mut(&mut self) -> &mut Value {
        &mut self.0
    }

    /// How many instances a worker has. A worker that names no number has one.
    ///
    /// # Errors
    /// When there is not exactly one worker of that name, or its number is not a count.
    pub fn instance_count(&self, worker: &str) -> Result<u32, Guard> {
        let (_, worker) = self.worker(worker)?;
        match worker.get("instance_count") {
            None => Ok(1),
            Some(count) => count
                .as_u64()
                .and_then(|count| u32::try_from(count).ok())
                .ok_or(Guard::NotACount),
        }
    }

    /// The slug of a worker's instance size, where the spec names one.
    ///
    /// # Errors
    /// When there is not exactly one worker of that name.
    pub fn instance_size(&self, worker: &str) -> Result<Option<&str>, Guard> {
        let (_, worker) = self.worker(worker)?;
        Ok(worker.get("instance_size_slug").and_then(Value::as_str))
    }

    /// Whether the platform scales this worker itself.
    ///
    /// # Errors
    /// When there is not exactly one worker of that name.
    pub fn scales_itself(&self, worker: &str) -> Result<bool, Guard> {
        let (_, worker) = self.worker(worker)?;
        Ok(worker.get("autoscaling").is_some_and(|value| !value.is_null()))
    }

    /// JSON pointers of all variables of type SECRET whose value is not an encrypted one. Sent so, each would reach its
    /// container as an empty string while the spec looks right.
    #[must_use]
    pub fn unsealed_secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        secrets(&self.0, "", &|value| !is_sealed(value), &mut found);
        found
    }

    /// JSON pointers of all variables of type SECRET that have no value at all, encrypted or not. The platform takes such a
    /// spec, and the container gets an empty string.
    #[must_use]
    pub fn blank_secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        secrets(&self.0, "", &|value| value.trim().is_empty(), &mut found);
        found
    }

    /// The position of a worker and its fields.
    pub(crate) fn worker(&self, name: &str) -> Result<(usize, &Map<String, Value>), Guard> {
        let workers = self.0.get("workers").and_then(Value::as_array);
        let mut named = workers
            .into_iter()
            .flatten()
            .enumerate()
            .filter_map(|(at, worker)| Some((at, worker.as_object()?)))
            .filter(|(_, worker)| worker.get("name").and_then(Value::as_str) == Some(name));
        match (named.next(), named.next()) {
            (Some(worker), None) => Ok(worker),
            (None, _) => Err(Guard::NoSuchWorker),
            (Some(_), Some(_)) => Err(Guard::AmbiguousWorker),
        }
    }

    fn flag(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).and_then(Value::as_bool) == Some(true)
    }

    pub(crate) fn is_archived(&self) -> bool {
        self.flag("/maintenance/archive")
    }

    pub(crate) fn is_under_maintenance(&self) -> bool {
        self.flag("/maintenance/enabled")
    }
}

/// Looks everywhere and not only where variables are known to stand, so that a new place is covered too.
fn secrets(value: &Value, pointer: &str, is_wrong: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let secret = fields.get("type").and_then(Value::as_str) == Some("SECRET");
            let text = fields.get("value").and_then(Value::as_str);
            if secret && is_wrong(text.unwrap_or_default()) {
                found.push(pointer.to_owned());
            }
            for (name, value) in fields {
                secrets(value, &format!("{pointer}/{}", escape(name)), is_wrong, found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                secrets(value, &format!("{pointer}/{at}"), is_wrong, found);
            }
        }
        _ => {}
    }
}

fn is_sealed(value: &str) -> bool {
    value
        .strip_prefix(SEALED)
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|inner| !inner.is_empty())
}

/// A name as a segment of a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values of variables may be anybody's secrets.
        f.debug_struct("Spec")
            .field("name", &self.0.get("name"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_that_is_not_encrypted_is_found_wherever_it_stands() {
        let spec = Spec::new(json!({
            "envs": [{"key": "A", "type": "SECRET", "value": "EV[1:a:b]"}, {"key": "B", "type": "SECRET"}],
            "workers": [{"envs": [
                {"key": "C", "type": "SECRET", "value": ""},
                {"key": "D", "type": "GENERAL", "value": ""},
                {"key": "E", "type": "SECRET", "value": "EV[]"},
                {"key": "F", "type": "SECRET", "value": "EV[1:cut off"},
            ]}],
            "later/than us": {"type": "SECRET", "value": 7},
        }));
        let found = spec.unsealed_secrets();
        assert_eq!(found.len(), 5, "{found:?}");
        for pointer in [
            "/envs/1",
            "/workers/0/envs/0",
            "/workers/0/envs/3",
            "/later~1than us",
        ] {
            assert!(found.iter().any(|found| found == pointer), "{pointer}: {found:?}");
        }
    }

    #[test]
    fn a_worker_is_found_by_its_name_alone() {
        let spec = Spec::new(json!({
            "services": [{"name": "w", "instance_count": 9}],
            "workers": [{"name": "v", "instance_count": 2.0}, {"name": "w"}, {"name": "x"}, {"name": "x"}],
        }));
        assert_eq!(spec.instance_count("w"), Ok(1));
        assert_eq!(spec.instance_count("v"), Err(Guard::NotACount));
        assert_eq!(spec.instance_count("x"), Err(Guard::AmbiguousWorker));
        assert_eq!(spec.instance_count("y"), Err(Guard::NoSuchWorker));
    }
}
