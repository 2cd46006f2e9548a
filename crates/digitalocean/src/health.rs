//! How many instances of a worker are up.

use serde_json::Value;

use crate::error::Error;

/// Instances of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replicas {
    /// How many there should be.
    pub desired: u32,
    /// How many are ready.
    pub ready: u32,
}

impl Replicas {
    /// Reads the component of that name from `{"app_health": …}`.
    pub(crate) fn read(answer: &Value, component: &str) -> Result<Self, Error> {
        let unreadable = Error::Unreadable("health of the component");
        let components = answer.pointer("/app_health/components").and_then(Value::as_array);
        let named = |entry: &&Value| entry.get("name").and_then(Value::as_str) == Some(component);
        let Some(entry) = components.and_then(|entries| entries.iter().find(named)) else {
            return Err(unreadable);
        };
        // A count of zero may be left out.
        let count = |name| match entry.get(name) {
            None => Some(0),
            Some(count) => count.as_u64().and_then(|count| u32::try_from(count).ok()),
        };
        let counts = count("replicas_desired").zip(count("replicas_ready"));
        counts
            .map(|(desired, ready)| Self { desired, ready })
            .ok_or(unreadable)
    }
}
